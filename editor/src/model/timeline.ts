// A stream of a trial as a picture: which field of which device was given when, and what happened when.
import type { Json } from './document'
import { parseDuration } from './duration'

export interface Line {
  readonly device: string
  readonly field: string
  /** Time (ms from the start) and height (0 bottom to 1 top) of each reading. */
  readonly points: readonly (readonly [number, number])[]
  readonly low: string
  readonly high: string
}

export interface Moment {
  readonly at: number
  readonly node: string
  readonly text: string
}

export interface Timeline {
  readonly length: number
  readonly lines: readonly Line[]
  readonly fired: readonly Moment[]
}

interface Given {
  readonly given: readonly { readonly [key: string]: Json }[]
  readonly fired: readonly { readonly [key: string]: Json }[]
  readonly until?: string
}

/** More are not told apart; where nothing changes, one says that. */
const MOST_LINES = 3
/** Readings of one row that are drawn; of more, evenly chosen ones. */
const MOST_POINTS = 200

export function timelineOf(stream: Given): Timeline {
  const series = new Map<string, { device: string; field: string; readings: (readonly [number, Json])[] }>()
  for (const row of stream.given) {
    const times = timesOf(row)
    for (const [field, value] of Object.entries(fieldsOf(row.data))) {
      const device = text(row.device ?? row.node)
      const name = `${device} ${field}`
      const own = series.get(name) ?? { device, field, readings: [] }
      series.set(name, own)
      times.forEach((at, i) => own.readings.push([at, moved(value, times.length > 1 ? i / (times.length - 1) : 0)]))
    }
  }
  const fired = stream.fired.map((row) => ({ at: ms(row.at), node: text(row.node), text: text(fieldsOf(row.data).text) }))
  const all = [...series.values()].map((own) => ({ ...own, readings: own.readings.toSorted((a, b) => a[0] - b[0]) }))
  const changing = all.filter((own) => new Set(own.readings.map(([, value]) => JSON.stringify(value))).size > 1)
  const shown = changing.length ? changing.slice(0, MOST_LINES) : all.slice(0, 1)
  const last = Math.max(0, ...all.flatMap((own) => own.readings.map(([at]) => at)), ...fired.map((one) => one.at))
  return { length: Math.max(1, ms(stream.until), last), lines: shown.map(lineOf), fired }
}

function lineOf(own: { device: string; field: string; readings: readonly (readonly [number, Json])[] }): Line {
  const { device, field, readings } = own
  if (readings.every(([, value]) => typeof value === 'number')) {
    const numbers = readings.map(([, value]) => value as number)
    const low = Math.min(...numbers)
    const high = Math.max(...numbers)
    const height = (value: number) => (high > low ? (value - low) / (high - low) : 0.5)
    return { device, field, points: readings.map(([at, value]) => [at, height(value as number)]), low: text(low), high: text(high) }
  }
  const words = [...new Set(readings.map(([, value]) => text(value)))]
  const height = (value: Json) => (words.length > 1 ? words.indexOf(text(value)) / (words.length - 1) : 0.5)
  return { device, field, points: readings.map(([at, value]) => [at, height(value)]), low: words[0] ?? '', high: words.at(-1) ?? '' }
}

/** When a row gives its readings: once `at`, or `from` … `until` every so often (CONTRACTS, section 3). */
function timesOf(row: { readonly [key: string]: Json }): number[] {
  if (row.at !== undefined) return [ms(row.at)]
  const [from, every, until] = [ms(row.from), ms(row.every), ms(row.until)]
  const count = every > 0 ? Math.floor((until - from) / every) + 1 : 1
  const step = Math.max(1, Math.ceil(count / MOST_POINTS))
  const times: number[] = []
  for (let i = 0; i < count; i += step) times.push(from + i * every)
  return times
}

/** A value that moves along a line is written {"from", "to"}. */
function moved(value: Json, share: number): Json {
  const line = fieldsOf(value)
  return typeof line.from === 'number' && typeof line.to === 'number' ? line.from + (line.to - line.from) * share : value
}

function fieldsOf(value: Json | undefined): { readonly [key: string]: Json } {
  return value && typeof value === 'object' && !Array.isArray(value) ? (value as { readonly [key: string]: Json }) : {}
}

const ms = (value: Json | undefined) => (typeof value === 'string' ? (parseDuration(value) ?? 0) : 0)
const text = (value: Json | undefined) => (value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value))

// What can be seen of a demo, from the frames of its stream. The same for the presenter and for the audience.
import type { Words } from './catalog'
import type { Json } from './document'

export interface Reading {
  readonly at: number
  readonly data: { readonly [field: string]: Json }
}

export interface Alert {
  readonly id: number
  readonly at: number
  readonly kind: string
  readonly device: string | null
  readonly said: Words
  readonly pending: boolean
  readonly to?: string
  readonly node?: string
  readonly key?: string
  readonly values?: { readonly [name: string]: Json }
}

export type Level = 'over' | 'waiting' | 'calm' | 'plain'
export type Point = readonly [number, number | string | boolean]

/** What a model found in a device's picture; boxes are left, top, right, bottom in parts of it. */
export interface Looked {
  readonly picture: string | null
  readonly objects: readonly { readonly class: string; readonly box: readonly [number, number, number, number] }[]
}

export interface Limit {
  readonly value: number
  readonly label: string
}

/** `now` and `start` are virtual time (ms). `points` are by "device.field", `limits` by language and field. */
export interface Seen {
  readonly now: number
  readonly start: number
  readonly run: number
  readonly step: number | null
  readonly readings: { readonly [device: string]: Reading }
  readonly points: { readonly [signal: string]: readonly Point[] }
  readonly levels: { readonly [device: string]: Level }
  readonly limits: { readonly [lang: string]: { readonly [field: string]: readonly Limit[] } }
  readonly boxes: { readonly [device: string]: Looked }
  readonly alerts: readonly Alert[]
}

export const NOTHING_SEEN: Seen = { now: 0, start: 0, run: 0, step: null, readings: {}, points: {}, levels: {}, limits: {}, boxes: {}, alerts: [] }

/** As many as the server keeps. */
export const MOST_POINTS = 240
export const MOST_ALERTS = 100

export function withShown(before: Seen, frame: Partial<Seen>): Seen {
  return {
    ...before,
    ...(typeof frame.now === 'number' ? { now: frame.now } : {}),
    ...(typeof frame.run === 'number' ? { run: frame.run } : {}),
    ...(frame.step === undefined ? {} : { step: frame.step }),
    ...(frame.levels ? { levels: frame.levels } : {}),
    ...(frame.boxes ? { boxes: { ...before.boxes, ...frame.boxes } } : {}),
    ...(frame.readings ? { readings: { ...before.readings, ...frame.readings } } : {}),
    ...(frame.points ? { points: withPoints(before.points, frame.points) } : {}),
    ...(frame.alerts ? { alerts: withAlerts(before.alerts, frame.alerts) } : {}),
  }
}

export function wholeShown(whole: Partial<Seen>): Seen {
  return { ...NOTHING_SEEN, ...whole }
}

/** Points that came already (a page that has just opened may hear of one twice) are left out. */
function withPoints(before: Seen['points'], news: Seen['points']): Seen['points'] {
  const next = { ...before }
  for (const [name, points] of Object.entries(news)) {
    const known = before[name] ?? []
    const last = known.at(-1)?.[0] ?? -Infinity
    next[name] = [...known, ...points.filter(([time]) => time > last)].slice(-MOST_POINTS)
  }
  return next
}

/** An alert that is known comes again when it has changed. */
function withAlerts(before: readonly Alert[], news: readonly Alert[]): readonly Alert[] {
  const byId = new Map(before.map((alert) => [alert.id, alert]))
  for (const alert of news) byId.set(alert.id, alert)
  return [...byId.values()].sort((one, other) => one.id - other.id).slice(-MOST_ALERTS)
}

export const LAMPS = ['red', 'yellow', 'green', 'blue', 'white', 'off'] as const
export type Lamp = (typeof LAMPS)[number]

/** The colour in which a device shines, where one of its fields says so. */
export function lampOf(reading: Reading | undefined): Lamp | null {
  for (const value of Object.values(reading?.data ?? {})) if (typeof value === 'string' && (LAMPS as readonly string[]).includes(value)) return value as Lamp
  return null
}

export interface Line {
  readonly path: string
  /** Where the line ends: its last point. */
  readonly end: readonly [number, number]
}

export interface Scale {
  readonly left: number
  readonly right: number
  readonly bottom: number
  readonly top: number
}

/** From the first point to `now`, and around the values and the limits. Null where there is nothing to draw. */
export function scaleOf(points: readonly Point[], limits: readonly Limit[], now: number): Scale | null {
  const values = points.flatMap(([, value]) => (typeof value === 'number' ? [value] : []))
  if (!values.length) return null
  // A limit far away would press the line flat.
  const spread = Math.max(...values) - Math.min(...values)
  const near = limits.map((limit) => limit.value).filter((limit) => Math.abs(limit - values.at(-1)!) < Math.max(spread * 6, Math.abs(limit) * 0.5))
  const [low, high] = [Math.min(...values, ...near), Math.max(...values, ...near)]
  // Nor does a tremble fill the whole height.
  const least = Math.max(Math.abs(high), Math.abs(low)) * 0.08 || 1
  const room = Math.max((high - low) * 0.12, (least - (high - low)) / 2)
  return { left: points[0]![0], right: Math.max(now, points[0]![0] + 1), bottom: low - room, top: high + room }
}

export function lineOf(points: readonly Point[], scale: Scale, width: number, height: number): Line {
  const x = (time: number) => ((time - scale.left) / (scale.right - scale.left)) * width
  const y = (value: number) => height - ((value - scale.bottom) / (scale.top - scale.bottom)) * height
  const drawn = points.flatMap(([time, value]) => (typeof value === 'number' ? [[round(x(time)), round(y(value))] as const] : []))
  return { path: drawn.map(([at, up], i) => `${i ? 'L' : 'M'}${at} ${up}`).join(''), end: drawn.at(-1) ?? [0, 0] }
}

export function heightOf(value: number, scale: Scale, height: number): number {
  return round(height - ((value - scale.bottom) / (scale.top - scale.bottom)) * height)
}

/** Words and switches are no numbers: from when to when they were what. Times in parts of the whole. */
export function bandsOf(points: readonly Point[], now: number): readonly { readonly from: number; readonly to: number; readonly word: string }[] {
  if (!points.length) return []
  const left = points[0]![0]
  const length = Math.max(now - left, 1)
  const bands: { from: number; to: number; word: string }[] = []
  for (const [time, value] of points) {
    const word = String(value)
    const last = bands.at(-1)
    if (last?.word === word) continue
    const from = (time - left) / length
    if (last) last.to = from
    bands.push({ from, to: 1, word })
  }
  return bands
}

const round = (value: number) => Math.round(value * 10) / 10

/** Where a device says that it is, in parts of a plan that is tied to the earth; null where it says nothing of the kind, or is beyond the plan. */
export function placeOf(reading: Reading | undefined, toPlan: readonly number[] | null): readonly [number, number] | null {
  const here = Object.values(reading?.data ?? {}).find((value) => typeof value === 'object' && value !== null && 'lat' in value && 'lon' in value) as { lat: number; lon: number } | undefined
  if (!here || toPlan?.length !== 6) return null
  const [a, b, c, d, e, f] = toPlan as [number, number, number, number, number, number]
  const x = a + b * here.lon + c * here.lat, y = d + e * here.lon + f * here.lat
  return x >= 0 && x <= 1 && y >= 0 && y <= 1 ? [x, y] : null
}

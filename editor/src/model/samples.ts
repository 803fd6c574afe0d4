// What was seen on the wires: the last event of each output, a short memory of the ones before, and what devices said last.
import type { Catalog } from './catalog'
import type { FlowDocument, Json } from './document'
import { nodeById } from './document'
import { wiresInto } from './wires'

export interface Sample {
  readonly time: number | null
  readonly device: string | null
  readonly data: { readonly [field: string]: Json }
}

export interface Tap extends Sample {
  readonly count: number
  readonly rate: number
  /** When the browser heard of it (performance clock), so that the wire can glow for a moment. */
  readonly heard: number
  /** The events before this one that were seen here, the oldest first, this one last. */
  readonly recent: readonly Sample[]
}

export type Taps = { readonly [output: string]: Tap }
export type DeviceValues = { readonly [device: string]: Sample }

export const MOST_RECENT = 60

/** The outputs after a frame of the live socket. */
export function withFrame(before: Taps, frame: unknown, heard: number): Taps {
  const next: { [output: string]: Tap } = { ...before }
  for (const [output, raw] of Object.entries(asObject(frame))) {
    const tap = asObject(raw)
    const known = before[output]
    const count = Number(tap.count ?? 0)
    const moved = known?.count !== count
    const sample = sampleOf(tap)
    const recent = moved ? [...(known?.recent ?? []), sample].slice(-MOST_RECENT) : (known?.recent ?? [sample])
    next[output] = { ...sample, count, rate: Number(tap.rate ?? 0), heard: moved ? heard : (known?.heard ?? heard), recent }
  }
  return next
}

/** What devices said last, after a frame of values; each frame carries the whole of a device. */
export function withValues(before: DeviceValues, frame: unknown): DeviceValues {
  const news = Object.entries(asObject(frame)).map(([device, raw]) => [device, { ...sampleOf(asObject(raw)), device }] as const)
  return { ...before, ...Object.fromEntries(news) }
}

function sampleOf(raw: { readonly [key: string]: unknown }): Sample {
  const time = typeof raw.time === 'number' ? raw.time : typeof raw.time === 'string' ? Date.parse(raw.time) : Number.NaN
  return { time: Number.isNaN(time) ? null : time, device: typeof raw.device === 'string' ? raw.device : null, data: asObject(raw.data) as Sample['data'] }
}

/** The last event that came to a node: held samples before live ones; before the flow runs, what a device of the types that may come said last. */
export function lastAt(document: FlowDocument, catalog: Catalog, id: string, seen: { readonly taps: Taps; readonly held: { readonly [output: string]: Sample }; readonly values: DeviceValues }, devices: readonly string[]): Sample | null {
  const node = nodeById(document, id)
  if (!node) return null
  const outputs = wiresInto(document, catalog, node).map((wire) => `${wire.source}.${wire.sourcePort}`)
  const newest = (found: readonly (Sample | undefined)[]) => found.reduce<Sample | null>((best, one) => (one && (!best || (one.time ?? 0) > (best.time ?? 0)) ? one : best), null)
  return newest(outputs.map((output) => seen.held[output])) ?? newest(outputs.map((output) => seen.taps[output])) ?? (outputs.length ? newest(devices.map((device) => seen.values[device])) : null)
}

/** What an event carried where it was seen on an output: the sample of the same device and time. */
export function seenOn(tap: Tap | undefined, event: Sample): Sample | undefined {
  return tap?.recent.findLast((other) => other.time === event.time && other.device === event.device)
}

/** The numbers that a field had, the oldest first; of one device where one is named. */
export function seriesOf(tap: Tap, field: string, device: string | null): number[] {
  return tap.recent.flatMap((sample) => {
    const value = sample.data[field]
    return typeof value === 'number' && (device === null || sample.device === device) ? [value] : []
  })
}

/** The points of a line through the numbers, in a box of this size; "" for fewer than two. */
export function sparkline(numbers: readonly number[], width: number, height: number): string {
  if (numbers.length < 2) return ''
  const low = Math.min(...numbers)
  const range = Math.max(...numbers) - low
  return numbers.map((value, i) => `${round((i / (numbers.length - 1)) * width)},${round(range === 0 ? height / 2 : height - ((value - low) / range) * height)}`).join(' ')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function asObject(value: unknown): { readonly [key: string]: unknown } {
  return value && typeof value === 'object' && !Array.isArray(value) ? (value as { [key: string]: unknown }) : {}
}

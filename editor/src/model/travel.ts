// A draft tried out: what the server tells of one step, and what the canvas draws of it.
import { sameContent, type Json } from './document'
import type { Sample } from './samples'
import type { Problem } from './problems'

/** An event into a node, or time that passes (without `wait`: to the next timer). */
export type TryStep =
  | { readonly node: string; readonly port?: string; readonly device: string | null; readonly data: { readonly [field: string]: Json } }
  | { readonly wait?: number }

export const isEvent = (step: TryStep): step is Extract<TryStep, { node: string }> => 'node' in step

export interface Weighed {
  readonly met: boolean
  readonly field: string
  readonly value: number | null
  readonly how: string
  readonly limits: readonly number[]
  readonly expr: string
}

export interface Deed {
  readonly node: string
  readonly device: string | null
  readonly data: { readonly [name: string]: Json }
  readonly ask: boolean
  readonly approval?: string
  readonly answer?: { readonly value: Json; readonly error: string | null; readonly stub: boolean } | null
}

export type Why = 'off' | 'unread' | 'unwired' | 'unmet' | 'within' | 'told' | 'waiting' | 'kept' | 'nothing'

/** One visit of one node. */
export interface Hop {
  readonly node: string
  readonly way: 'event' | 'read' | 'timer' | 'answer' | 'start' | 'settings' | 'passed_by' | 'unread'
  readonly port: string
  readonly now: number
  readonly event: Sample | null
  readonly key: string | null
  readonly before: Json
  readonly after: Json
  readonly stood: string | null
  readonly stands: string | null
  readonly left: readonly (Sample & { readonly port: string })[]
  readonly did: readonly Deed[]
  readonly troubles: readonly { readonly code: string; readonly args: { readonly [name: string]: Json } }[]
  readonly due: number | null
  readonly weighed: Weighed | null
  readonly why: Why | null
}

export interface Told {
  readonly now: number
  readonly hops: readonly Hop[]
  readonly pending: readonly { readonly at: number; readonly node: string; readonly key: string }[]
  readonly cut: boolean
  /** Nodes that cannot run yet, and why: the rest was tried. */
  readonly left_out: readonly string[]
  readonly problems: readonly Problem[]
}

export interface Lit {
  /** In which order it is reached. */
  readonly order: number
}

export interface Travelled {
  readonly wires: { readonly [output: string]: Lit & { readonly sample: Sample; readonly count: number } }
  readonly nodes: { readonly [id: string]: Lit & { readonly hop: Hop; readonly visits: number } }
}

/** The nodes that were visited, each with its last visit, and the outputs that something left by, in the order of the way. */
export function travelled({ hops }: Told): Travelled {
  const wires: { [output: string]: Lit & { sample: Sample; count: number } } = {}
  const nodes: { [id: string]: Lit & { hop: Hop; visits: number } } = {}
  let order = 0
  for (const hop of hops) {
    const known = nodes[hop.node]
    nodes[hop.node] = { order: known?.order ?? order++, hop, visits: (known?.visits ?? 0) + 1 }
    for (const { port, ...sample } of hop.left) {
      const output = `${hop.node}.${port}`
      wires[output] = { order: wires[output]?.order ?? nodes[hop.node]!.order, sample, count: (wires[output]?.count ?? 0) + 1 }
    }
  }
  return { wires, nodes }
}

/** What differs between two memories: names with their value before and after; only those in `known`. */
export function memoryChanges(before: Json, after: Json, known: readonly string[]): { readonly name: string; readonly before: Json | undefined; readonly after: Json | undefined }[] {
  const [one, other] = [fieldsOf(before), fieldsOf(after)]
  return known.filter((name) => name in one || name in other).map((name) => ({ name, before: one[name], after: other[name] }))
}

function fieldsOf(memory: Json): { readonly [name: string]: Json } {
  return memory !== null && typeof memory === 'object' && !Array.isArray(memory) ? memory : {}
}

/** The fields that are new or other than before. */
export function newIn(after: Sample['data'], before: Sample['data']): Sample['data'] {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => !(name in before) || !sameContent(value, before[name])))
}

/** Whether a number of a memory is a moment: within a year and a bit of the time of the try (ms). */
export function isMoment(value: Json | undefined, now: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value - now) < 400 * 86_400_000
}

/** A typed field as the JSON that it stands for; undefined for an empty one, so that the event does not carry it. */
export function typedValue(text: string, type: string | undefined): Json | undefined {
  const plain = text.trim()
  if (plain === '') return undefined
  if (type === 'string') return text
  if (type === 'boolean') return plain === 'true'
  if (type === 'number' || type === 'integer') return Number.isFinite(Number(plain)) ? Number(plain) : undefined
  try {
    return JSON.parse(plain) as Json
  } catch {
    return text
  }
}

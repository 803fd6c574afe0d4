// Live values as the socket brings them: last value and rate per output, problems per node.
import { create } from 'zustand'
import type { Json } from '../model/document'

export interface Tap {
  readonly count: number
  readonly rate: number
  readonly time: number | null
  readonly device: string | null
  readonly data: { readonly [field: string]: Json }
  /** When the browser heard of it (performance clock), so that the wire can glow for a moment. */
  readonly heard: number
}

/** How many keys of a node stand in one word (a state, a band, an output), and the first of them by name. */
export interface Standing {
  readonly word: string
  readonly count: number
  readonly keys: readonly string[]
}

export interface NodeTap {
  readonly problems?: number
  readonly standings?: readonly Standing[]
  readonly last?: {
    readonly code: string
    readonly args?: { readonly [name: string]: Json }
    readonly device?: string | null
    readonly time?: string | number
    readonly data?: Json
  } | null
}

interface Live {
  connected: boolean
  ever: boolean
  edges: { readonly [output: string]: Tap }
  nodes: { readonly [node: string]: NodeTap }
  worker: { readonly connected: boolean; readonly detail: string } | null
  take(edges: unknown, nodes: unknown): void
  clear(): void
}

export const useLive = create<Live>()((set, get) => ({
  connected: false,
  ever: false,
  edges: {},
  nodes: {},
  worker: null,
  take: (edges, nodes) => {
    const heard = performance.now()
    const before = get().edges
    const next: { [output: string]: Tap } = { ...before }
    for (const [output, raw] of Object.entries(asObject(edges))) {
      const tap = asObject(raw)
      const count = Number(tap.count ?? 0)
      const moved = before[output]?.count !== count
      next[output] = {
        count, rate: Number(tap.rate ?? 0), time: typeof tap.time === 'number' ? tap.time : null,
        device: typeof tap.device === 'string' ? tap.device : null, data: asObject(tap.data) as { [field: string]: Json },
        heard: moved ? heard : (before[output]?.heard ?? heard),
      }
    }
    const known = { ...get().nodes }
    for (const [node, raw] of Object.entries(asObject(nodes))) known[node] = { ...known[node], ...(asObject(raw) as NodeTap) }
    set({ edges: next, nodes: known })
  },
  clear: () => set({ edges: {}, nodes: {} }),
}))

function asObject(value: unknown): { [key: string]: unknown } {
  return value && typeof value === 'object' && !Array.isArray(value) ? (value as { [key: string]: unknown }) : {}
}

// Live values as the socket brings them: last events per output, problems per node; paused, held and followed by the person.
import { create } from 'zustand'
import type { Json } from '../model/document'
import { withFrame, withValues, type DeviceValues, type Sample, type Taps } from '../model/samples'

/** How many keys of a node stand in one word (a state, a band, an output), and the first of them by name. */
export interface Standing {
  readonly word: string
  readonly count: number
  readonly keys: readonly string[]
  /** Since when each of these keys stands there (ms); null where nobody saw it begin. */
  readonly since?: readonly (number | null)[]
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
  edges: Taps
  /** What comes while the view is paused; shown when it goes on. Null: not paused. */
  behind: Taps | null
  /** Samples that a person holds on an output, so that forms and previews stay with them. */
  held: { readonly [output: string]: Sample }
  /** The event that is being followed through the flow; the view is paused meanwhile. */
  followed: Sample | null
  /** What devices said last, whether the flow runs or not. */
  values: DeviceValues
  nodes: { readonly [node: string]: NodeTap }
  worker: { readonly connected: boolean; readonly detail: string } | null
  take(edges: unknown, nodes: unknown): void
  takeValues(devices: unknown): void
  pause(on: boolean): void
  hold(output: string, sample: Sample | null): void
  follow(sample: Sample | null): void
  clear(): void
}

export const useLive = create<Live>()((set, get) => ({
  connected: false,
  ever: false,
  edges: {},
  behind: null,
  held: {},
  followed: null,
  values: {},
  nodes: {},
  worker: null,
  take: (edges, nodes) => {
    const { edges: shown, behind } = get()
    const next = withFrame(behind ?? shown, edges, performance.now())
    const known = { ...get().nodes }
    for (const [node, raw] of Object.entries(asObject(nodes))) known[node] = { ...known[node], ...(asObject(raw) as NodeTap) }
    set({ ...(behind ? { behind: next } : { edges: next }), nodes: known })
  },
  takeValues: (devices) => set({ values: withValues(get().values, devices) }),
  pause: (on) => set(on ? { behind: get().behind ?? get().edges } : { edges: get().behind ?? get().edges, behind: null, followed: null }),
  hold: (output, sample) => {
    const { [output]: _, ...others } = get().held
    set({ held: sample ? { ...others, [output]: sample } : others })
  },
  follow: (followed) => {
    get().pause(followed !== null)
    set({ followed })
  },
  clear: () => set({ edges: {}, nodes: {}, behind: null, followed: null }),
}))

function asObject(value: unknown): { [key: string]: unknown } {
  return value && typeof value === 'object' && !Array.isArray(value) ? (value as { [key: string]: unknown }) : {}
}

// The presenter's side of a demo: how it plays, the sentence, what is open on the screen.
import { create } from 'zustand'
import type { Words } from '../model/catalog'
import type { Registry } from '../model/registry'
import type { About } from '../show/state'

export interface Told extends About {
  readonly id: string
  readonly prompt: { readonly ja: string; readonly en: string }
  readonly beyond: { readonly part: Words; readonly why: Words } | null
  readonly words: readonly { readonly term: Words; readonly meaning: Words }[]
  readonly switches: readonly { readonly key: string; readonly device: string; readonly fault: string; readonly label: Words }[]
  readonly steps: readonly { readonly title: Words; readonly notes: Words; readonly switch?: string | null; readonly on?: boolean; readonly speed?: number | null }[]
  readonly registry: Partial<Registry>
  /** A language model is set up in this workspace. */
  readonly model: boolean
}

export interface Typed {
  readonly prompt: string
  readonly lang: 'ja' | 'en'
  readonly state: 'writing' | 'playing' | 'refused'
  readonly problems: readonly string[]
  readonly author: string
}

export interface Playing {
  readonly speed: number
  /** How fast it really goes where that is slower. */
  readonly pace: number
  readonly paused: boolean
  readonly slowed: boolean
  readonly on: { readonly [key: string]: boolean }
  readonly typed: Typed | null
  readonly shared: boolean
}

export type Panel = 'keys' | 'share' | 'words' | null

interface Demo {
  readonly told: Told | null
  readonly playing: Playing
  readonly connected: boolean
  /** It ended: nobody looked for long, or the server began anew. */
  readonly over: boolean
  readonly failed: string
  readonly notes: boolean
  /** The flow has the whole screen. */
  readonly large: boolean
  readonly panel: Panel
  /** What stands in the box of the sentence while it is typed; null: nobody types. */
  readonly text: string | null
  /** It is being typed by itself. */
  readonly ghost: boolean
}

export const useDemo = create<Demo>()(() => ({
  told: null,
  playing: { speed: 1, pace: 1, paused: false, slowed: false, on: {}, typed: null, shared: false },
  connected: false,
  over: false,
  failed: '',
  notes: false,
  large: false,
  panel: null,
  text: null,
  ghost: false,
}))

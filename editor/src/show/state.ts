// The demo that is shown: what of it does not change, what can be seen of it now.
import { create } from 'zustand'
import type { Words } from '../model/catalog'
import { NOTHING_SEEN, type Seen } from '../model/show'

export interface Signal {
  readonly id: string
  readonly device: string
  readonly field: string
  readonly label: Words
  readonly unit: string
}

export interface ShownDevice {
  readonly id: string
  readonly type: string
  readonly label: Words
  readonly fields: readonly { readonly name: string; readonly label: Words; readonly unit: string; readonly type: string }[]
}

/** What the audience knows, too. */
export interface About {
  readonly name: string
  readonly title: Words
  readonly zone: string
  readonly summary: Words
  readonly steps: readonly { readonly title: Words }[]
  readonly show: { readonly camera: string | null; readonly plan: boolean; readonly places: { readonly [device: string]: readonly [number, number] }; readonly to_plan: readonly number[] | null }
  readonly signals: readonly Signal[]
  readonly devices: readonly ShownDevice[]
  readonly destinations: { readonly [id: string]: Words }
}

interface Show {
  readonly about: About | null
  readonly seen: Seen
  /** Where pictures are: `picture/<sha256>` and `plan` follow it. */
  readonly source: { readonly picture: (sha256: string) => string; readonly plan: string }
}

export const useShow = create<Show>()(() => ({ about: null, seen: NOTHING_SEEN, source: { picture: () => '', plan: '' } }))

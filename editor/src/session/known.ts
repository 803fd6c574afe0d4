// What the server told once: kinds, registered things, authors.
import { create } from 'zustand'
import { catalogOf, type Catalog } from '../model/catalog'
import { EMPTY_REGISTRY, type Registry } from '../model/registry'
import type { TroubleBook } from '../model/troubles'
import type { Author } from '../wire/records'

interface Known {
  catalog: Catalog
  registry: Registry
  authors: readonly Author[]
  /** How problems on the trace of a running flow are said. */
  troubles: TroubleBook
  /** Whether the person may look, but not change anything. */
  looking: boolean
}

export const useKnown = create<Known>()(() => ({ catalog: catalogOf([]), registry: EMPTY_REGISTRY, authors: [], troubles: {}, looking: false }))

// How large a node of the draft is.
import { nodeById } from '../model/document'
import type { Size } from '../model/layers'
import { sizeOf } from '../model/size'
import { documentNow } from './flow'
import { useKnown } from './known'

export function nodeSize(id: string): Size {
  return sizeOf(useKnown.getState().catalog.byId.get(nodeById(documentNow(), id)?.kind ?? ''))
}

// Where things stand: aligning, spreading, nudging, holding in place, and the automatic layout.
import { arrange } from '../canvas/arrange'
import { fitView } from '../canvas/view'
import { aligned, distributed, isPinned, settledAround, type Alignment, type Box, type Direction } from '../model/align'
import { positionOf, type Position } from '../model/document'
import { pin } from '../model/edits'
import { framesOf, homes, moveAll, moveAndRefit, noteById } from '../model/notes'
import { documentNow, useFlow } from './flow'
import { useKnown } from './known'
import { nodeSize } from './sizes'

function selectedBoxes(): Box[] {
  const document = documentNow()
  const hidden = homes(document)
  return [...useFlow.getState().selection.nodes].flatMap((id) => {
    const at = hidden.has(id) ? undefined : positionOf(document, id)
    return at ? [{ id, ...at, ...nodeSize(id) }] : []
  })
}

function put(places: { readonly [id: string]: Position }): void {
  useFlow.getState().change(moveAll(documentNow(), places, {}, nodeSize))
}

export const alignSelected = (how: Alignment) => put(aligned(selectedBoxes(), how))

export const spreadSelected = (direction: Direction) => put(distributed(selectedBoxes(), direction))

export function pinSelected(): void {
  const ids = [...useFlow.getState().selection.nodes]
  const document = documentNow()
  useFlow.getState().change(pin(document, ids, !ids.every((id) => isPinned(document, id))))
}

export function nudge(x: number, y: number): void {
  const { selection, change } = useFlow.getState()
  const document = documentNow()
  const by = (at: Position | undefined) => (at ? { x: at.x + x, y: at.y + y } : undefined)
  const moved = (ids: ReadonlySet<string>, where: (id: string) => Position | undefined) =>
    Object.fromEntries([...ids].flatMap((id) => { const at = by(where(id)); return at ? [[id, at] as const] : [] }))
  const nodes = moved(selection.nodes, (id) => positionOf(document, id))
  const notes = moved(selection.notes, (id) => noteById(document, id))
  change(moveAll(document, nodes, notes, nodeSize), `move ${[...selection.nodes, ...selection.notes].join()}`)
}

/** The whole flow, or what is selected of it. Nodes that are held in place stay where they are. */
export async function arrangeAll(): Promise<void> {
  const document = documentNow()
  const chosen = useFlow.getState().selection.nodes
  const some = chosen.size > 1
  const nodes = document.nodes.filter((node) => !some || chosen.has(node.id))
  const computed = await arrange({ ...document, nodes }, useKnown.getState().catalog, framesOf(document, nodeSize))
  if (documentNow() !== document) return
  const places = settledAround(document, computed, nodes.map((node) => node.id), nodeSize)
  useFlow.getState().change(moveAndRefit(document, places, nodeSize))
  if (!some) setTimeout(() => fitView(), 50)
}

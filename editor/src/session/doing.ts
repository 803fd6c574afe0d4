// What buttons, keys and menus do: the same deed from every place.
import { arrange } from '../canvas/arrange'
import { fitView, middle } from '../canvas/view'
import { isSource, type KindInfo } from '../model/catalog'
import { batch } from '../model/changes'
import { copy, paste, pieceOf } from '../model/clipboard'
import { nodeById, positionOf, type Position } from '../model/document'
import { addNode, connect, disconnect, move, newNode, removeNodes } from '../model/edits'
import { apply } from '../model/changes'
import { free } from '../model/placing'
import { fixed, type Problem } from '../model/problems'
import { selectNodes } from '../model/selection'
import { sizeOf } from '../model/size'
import { allWires, wireId } from '../model/wires'
import { documentNow, selectOnly, useFlow } from './flow'
import { useKnown } from './known'
import { useUi } from './ui'

const GAP_X = 96

/** Add a node of `kind`: at `at`, else beside the one selected node (and wired to it), else in the middle of the view. */
export function addKind(kind: KindInfo, at?: Position): void {
  const document = documentNow()
  const { catalog } = useKnown.getState()
  const { selection, change } = useFlow.getState()
  const node = newNode(document, kind)
  const [only] = selection.nodes
  const before = !at && selection.nodes.size === 1 && only !== undefined ? nodeById(document, only) : undefined
  const beforeKind = before && catalog.byId.get(before.kind)
  const chained = before && beforeKind && !isSource(kind) && beforeKind.outputs[0]
  const place = at ?? placeFor(kind, before?.id)
  const added = addNode(document, node, place)
  const input = kind.inputs[0]
  if (chained && input) {
    const wired = connect(apply(document, added).document, catalog, { source: before.id, sourcePort: beforeKind.outputs[0]!.name, target: node.id, targetPort: input.name })
    change(batch(added, wired))
  } else change(added)
  selectOnly(node.id)
  useUi.getState().set({ tab: 'node' })
}

function placeFor(kind: KindInfo, beside: string | undefined): Position {
  const document = documentNow()
  const { catalog } = useKnown.getState()
  const size = sizeOf(kind)
  const at = beside === undefined ? undefined : positionOf(document, beside)
  const centre = middle()
  const wish = at ? { x: at.x + sizeOf(catalog.byId.get(nodeById(document, beside!)?.kind ?? '')).width + GAP_X, y: at.y } : { x: centre.x - size.width / 2, y: centre.y - size.height / 2 }
  const taken = document.nodes.flatMap((node) => { const place = positionOf(document, node.id); return place ? [{ ...place, ...sizeOf(catalog.byId.get(node.kind)) }] : [] })
  return free(wish, size, taken)
}

export function deleteSelected(): void {
  const { selection, change } = useFlow.getState()
  const { catalog } = useKnown.getState()
  const document = documentNow()
  const nodes = removeNodes(document, catalog, [...selection.nodes])
  const after = apply(document, nodes).document
  const wires = allWires(after, catalog).filter((wire) => selection.wires.has(wireId(wire)))
  change(batch(nodes, disconnect(after, catalog, wires)))
}

export function copySelected(): string | null {
  const { selection } = useFlow.getState()
  if (selection.nodes.size === 0) return null
  return JSON.stringify(copy(documentNow(), useKnown.getState().catalog, [...selection.nodes]), null, 2)
}

export function pasteText(text: string, at?: Position): boolean {
  const piece = pieceOf(text)
  if (!piece || piece.nodes.length === 0) return false
  const { change, ids } = paste(documentNow(), useKnown.getState().catalog, piece, at)
  useFlow.getState().change(change)
  useFlow.getState().select(selectNodes(ids))
  return true
}

export function duplicateSelected(): void {
  const text = copySelected()
  if (text) pasteText(text)
}

export function selectAll(): void {
  useFlow.getState().select(selectNodes(documentNow().nodes.map((node) => node.id)))
}

export function nudge(x: number, y: number): void {
  const { selection, change } = useFlow.getState()
  const document = documentNow()
  const places: { [id: string]: Position } = {}
  for (const id of selection.nodes) {
    const at = positionOf(document, id)
    if (at) places[id] = { x: at.x + x, y: at.y + y }
  }
  if (Object.keys(places).length) change(move(document, places), `move ${[...selection.nodes].join()}`)
}

export async function arrangeAll(): Promise<void> {
  const document = documentNow()
  const places = await arrange(document, useKnown.getState().catalog)
  if (documentNow() !== document) return
  useFlow.getState().change(move(document, places))
  setTimeout(() => fitView(), 50)
}

export function applyFix(problem: Problem): void {
  const next = fixed(documentNow(), problem)
  if (next) useFlow.getState().change({ t: 'whole', document: next })
}

// What buttons, keys and menus do: the same deed from every place.
import { isSeen, middle, showNode } from '../canvas/view'
import { isSource, type KindInfo } from '../model/catalog'
import { batch } from '../model/changes'
import { copy, paste, pieceOf, placesOf } from '../model/clipboard'
import { nodeById, positionOf, type Position } from '../model/document'
import { addNode, connect, disconnect, newNode, removeNodes } from '../model/edits'
import { apply } from '../model/changes'
import { notesOf, removeNotes, withHidden } from '../model/notes'
import { free } from '../model/placing'
import { fixChange, type PlacedProblem } from '../model/problems'
import { selectNodes } from '../model/selection'
import { sizeOf } from '../model/size'
import { allWires, wireId } from '../model/wires'
import { documentNow, selectOnly, useFlow } from './flow'
import { useKnown } from './known'
import { reveal } from './notes'
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
  const cut = disconnect(after, catalog, wires)
  change(batch(nodes, cut, removeNotes(apply(after, cut).document, [...selection.notes])))
}

export function copySelected(): string | null {
  const { nodes, notes } = useFlow.getState().selection
  if (nodes.size + notes.size === 0) return null
  const document = documentNow()
  const hidden = withHidden(document, [...notes])
  return JSON.stringify(copy(document, useKnown.getState().catalog, [...nodes, ...hidden.nodes], hidden.notes), null, 2)
}

/** Beside where it was; where that is out of sight, as in another flow, in the middle. */
export function pasteText(text: string): boolean {
  const piece = pieceOf(text)
  if (!piece || piece.nodes.length + piece.notes.length === 0) return false
  const at = placesOf(piece).some(isSeen) ? undefined : middle()
  const { change, ids, notes } = paste(documentNow(), useKnown.getState().catalog, piece, at)
  useFlow.getState().change(change)
  useFlow.getState().select(selectNodes(ids, notes))
  return true
}

export function duplicateSelected(): void {
  const text = copySelected()
  if (text) pasteText(text)
}

export function selectAll(): void {
  useFlow.getState().select(selectNodes(documentNow().nodes.map((node) => node.id), notesOf(documentNow()).map((note) => note.id)))
}

/** Show a node, wherever it is hidden, and choose it. */
export function goToNode(id: string): void {
  reveal('node', id)
  selectOnly(id)
  setTimeout(() => showNode(id), 60)
}

export function applyFix(problem: PlacedProblem): void {
  const change = fixChange(documentNow(), problem)
  if (change) useFlow.getState().change(change)
}

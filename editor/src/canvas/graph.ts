// Between the document and what @xyflow/react draws. Unchanged nodes keep their object, so that they are not drawn again.
import type { Edge, Node } from '@xyflow/react'
import type { Catalog, KindInfo } from '../model/catalog'
import { positionOf, type FlowDocument, type FlowNode, type Position } from '../model/document'
import { FOLDED_SIZE, hiddenNotes, homes, notesOf, type Note } from '../model/notes'
import type { Selection } from '../model/selection'
import { sizeOf } from '../model/size'
import { allWires, wireId, type Wire } from '../model/wires'

export type Look = 'plain' | 'fresh' | 'added' | 'edited'

export interface NodeData extends Record<string, unknown> {
  readonly node: FlowNode
  readonly kind: KindInfo | undefined
  readonly look: Look
  readonly pinned: boolean
}

export interface WireData extends Record<string, unknown> {
  readonly wire: Wire
  /** The first wire out of its port: it alone carries the plain test id. */
  readonly first: boolean
}

export interface NoteData extends Record<string, unknown> {
  readonly note: Note
  /** How many nodes a folded frame hides. */
  readonly held: number
  /** And how many notes. */
  readonly heldNotes: number
}

export type DrawnNode = Node<NodeData, 'flow'>
export type DrawnNote = Node<NoteData, 'note'>
export type Drawn = DrawnNode | DrawnNote
export type DrawnWire = Edge<WireData, 'wire'>

const NOTE = 'note:'
/** Below the nodes, even when it is selected. */
const FRAME_LAYER = -2000

export const noteKey = (id: string) => `${NOTE}${id}`
export const noteOfKey = (key: string) => (key.startsWith(NOTE) ? key.slice(NOTE.length) : null)
export const isNote = (drawn: Drawn): drawn is DrawnNote => drawn.type === 'note'

export function drawnNodes(
  document: FlowDocument, catalog: Catalog, places: { readonly [id: string]: Position }, selection: Selection,
  lookOf: (node: FlowNode) => Look, nameOf: (node: FlowNode) => string, before: readonly Drawn[],
): DrawnNode[] {
  const known = new Map(before.flatMap((drawn) => (isNote(drawn) ? [] : [[drawn.id, drawn] as const])))
  const hidden = homes(document)
  const pinned = new Set(document.layout?.pinned)
  return document.nodes.filter((node) => !hidden.has(node.id)).map((node) => {
    const position = positionOf(document, node.id) ?? places[node.id] ?? { x: 0, y: 0 }
    const kind = catalog.byId.get(node.kind)
    const selected = selection.nodes.has(node.id)
    const look = lookOf(node)
    const old = known.get(node.id)
    const same = old && old.data.node === node && old.data.kind === kind && old.data.look === look && old.data.pinned === pinned.has(node.id)
    if (same && old.selected === selected && old.position.x === position.x && old.position.y === position.y && old.ariaLabel === nameOf(node)) return old
    const size = sizeOf(kind)
    return {
      ...(old ?? { initialWidth: size.width, initialHeight: size.height }), id: node.id, type: 'flow' as const, position: { ...position },
      selected, data: same ? old.data : { node, kind, look, pinned: pinned.has(node.id) }, dragging: false, ariaLabel: nameOf(node),
    } as DrawnNode
  })
}

export function drawnNotes(document: FlowDocument, selection: Selection, before: readonly Drawn[]): DrawnNote[] {
  const known = new Map(before.flatMap((drawn) => (isNote(drawn) ? [[drawn.id, drawn] as const] : [])))
  const inside = homes(document)
  const hidden = hiddenNotes(document)
  return notesOf(document).filter((note) => !hidden.has(note.id)).map((note) => {
    const id = noteKey(note.id)
    const held = document.nodes.filter((node) => inside.get(node.id) === note.id).length
    const heldNotes = note.folded_notes?.length ?? 0
    const size = note.folded ? FOLDED_SIZE : note
    const open = note.frame && !note.folded
    return {
      ...known.get(id), id, type: 'note' as const, position: { x: note.x, y: note.y }, width: size.width, height: size.height,
      selected: selection.notes.has(note.id), data: { note, held, heldNotes }, dragging: false, connectable: false, ariaLabel: note.text.split('\n')[0]!,
      // Inside an open frame one still reaches the ground: it is held by its title.
      ...(open ? { dragHandle: '.frame-title', zIndex: FRAME_LAYER, style: { pointerEvents: 'none' } } : { dragHandle: undefined, zIndex: 0, style: {} }),
    } as DrawnNote
  })
}

/** Wires as they are drawn: those of hidden nodes end at the folded frame, and those inside it are not seen. */
export function drawnWires(document: FlowDocument, catalog: Catalog, selection: Selection, nameOf: (wire: Wire) => string): DrawnWire[] {
  const kinds = new Map(document.nodes.map((node) => [node.id, catalog.byId.get(node.kind)]))
  const hidden = homes(document)
  const seen = new Set<string>()
  const joined = new Set<string>()
  return allWires(document, catalog).flatMap((wire): DrawnWire[] => {
    const out = kinds.get(wire.source)?.outputs.some((port) => port.name === wire.sourcePort)
    const input = kinds.get(wire.target)?.inputs.some((port) => port.name === wire.targetPort)
    const [from, to] = [hidden.get(wire.source), hidden.get(wire.target)]
    if (!out || !input || (from !== undefined && from === to)) return []
    const ends = {
      source: from === undefined ? wire.source : noteKey(from), sourceHandle: from === undefined ? wire.sourcePort : 'out',
      target: to === undefined ? wire.target : noteKey(to), targetHandle: to === undefined ? wire.targetPort : 'in',
    }
    const line = JSON.stringify(ends)
    if (joined.has(line)) return []
    joined.add(line)
    const output = `${wire.source}.${wire.sourcePort}`
    const first = !seen.has(output)
    seen.add(output)
    const id = wireId(wire)
    const whole = from === undefined && to === undefined
    return [{ id, type: 'wire', ...ends, selected: selection.wires.has(id), selectable: whole, reconnectable: whole, focusable: whole, ariaLabel: nameOf(wire), data: { wire, first } }]
  })
}

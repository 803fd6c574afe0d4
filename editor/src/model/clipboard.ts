// Copy and paste: a piece of a document as text, with the settings it needs and the wires inside it.
import type { Catalog } from './catalog'
import { batch, type Change } from './changes'
import { positionOf, sameContent, type FlowDocument, type FlowNode, type From, type Json, type Position, type Setting } from './document'
import { uses, withPositions } from './edits'
import { freshId, freshName } from './ids'
import { addNotes, freshNoteId, notesOf, type Note } from './notes'
import { fromOf, refOf, wiresInto } from './wires'

const STEP = 32

export interface Piece {
  readonly suiro_piece: 1
  readonly nodes: readonly FlowNode[]
  readonly settings: { readonly [name: string]: Setting }
  readonly places: { readonly [id: string]: Position }
  readonly notes: readonly Note[]
}

export function copy(document: FlowDocument, catalog: Catalog, ids: readonly string[], noteIds: readonly string[] = []): Piece {
  const chosen = new Set(ids)
  const nodes = document.nodes.filter((node) => chosen.has(node.id)).map((node) => {
    if (!node.from) return node
    const inside = wiresInto(document, catalog, node).filter((wire) => chosen.has(wire.source))
    return withFrom(node, fromOf(inside, catalog.byId.get(node.kind), node.from))
  })
  const used = Object.entries(document.settings ?? {}).filter(([name]) => nodes.some((node) => uses(node, name)))
  const places: { [id: string]: Position } = {}
  for (const node of nodes) places[node.id] = positionOf(document, node.id) ?? { x: 0, y: 0 }
  return { suiro_piece: 1, nodes, settings: Object.fromEntries(used), places, notes: notesOf(document).filter((note) => noteIds.includes(note.id)) }
}

export function pieceOf(text: string): Piece | null {
  try {
    const value = JSON.parse(text) as Partial<Piece>
    if (value?.suiro_piece !== 1 || !Array.isArray(value.nodes)) return null
    const sound = value.nodes.every((node) => node && typeof node.id === 'string' && typeof node.kind === 'string')
    return sound ? { suiro_piece: 1, nodes: value.nodes, settings: value.settings ?? {}, places: value.places ?? {}, notes: notesOf({ suiro: 1, nodes: [], notes: (value.notes ?? []) as unknown as Json }) } : null
  } catch {
    return null
  }
}

/** Paste under fresh ids. Without `at` the piece lands a little beside where it was. A setting that the flow has with the same
 *  value is shared; one that means something else there comes under another name. */
export function paste(document: FlowDocument, catalog: Catalog, copied: Piece, at?: Position): { change: Change; ids: string[]; notes: string[] } {
  const piece = withOwnSettings(document, copied)
  const ids = new Map<string, string>()
  for (const node of piece.nodes) ids.set(node.id, freshId(document, node.id, ids.values()))
  const scratch: FlowDocument = { suiro: 1, nodes: piece.nodes }
  const nodes = piece.nodes.map((node): FlowNode => {
    const moved: FlowNode = { ...node, id: ids.get(node.id)! }
    if (!node.from) return moved
    const wires = wiresInto(scratch, catalog, node).filter((wire) => ids.has(wire.source))
    const renamed = wires.map((wire) => ({ ...wire, ref: refOf(scratch, catalog, wire.source, wire.sourcePort).replace(wire.source, ids.get(wire.source)!) }))
    return withFrom(moved, fromOf(renamed, catalog.byId.get(node.kind), node.from))
  })
  const shift = shiftOf(document, piece, at)
  const places = Object.fromEntries([...ids].map(([old, id]) => [id, moved(piece.places[old], shift)]))
  const settings = { ...piece.settings, ...document.settings }
  const notes = pastedNotes(document, piece, shift, ids)
  return { ids: [...ids.values()], notes: notes.map((note) => note.id), change: batch(
    ...nodes.map((node, i): Change => ({ t: 'insert', index: document.nodes.length + i, node })),
    ...(Object.keys(piece.settings).length ? [{ t: 'put', key: 'settings', value: settings as unknown as Json } as Change] : []),
    ...(nodes.length ? [{ t: 'put', key: 'layout', value: withPositions(document, places) } as Change] : []),
    addNotes(document, notes),
  ) }
}

function withOwnSettings(document: FlowDocument, piece: Piece): Piece {
  const there = document.settings ?? {}
  const names = new Map<string, string>()
  for (const [name, setting] of Object.entries(piece.settings)) {
    const known = there[name]
    if (known && !(sameContent(known.value, setting.value) && known.unit === setting.unit)) names.set(name, freshName(new Set([...Object.keys(there), ...Object.keys(piece.settings), ...names.values()]), name))
  }
  if (names.size === 0) return piece
  const settings = Object.fromEntries(Object.entries(piece.settings).map(([name, setting]) => [names.get(name) ?? name, setting]))
  const nodes = piece.nodes.map((node) => (node.params ? { ...node, params: renamed(node.params, names) as { [name: string]: Json } } : node))
  return { ...piece, settings, nodes }
}

/** A value with the settings in it under their new names: `$limit` alone, settings.limit inside expressions and texts. */
function renamed(value: Json, names: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') {
    if (value.startsWith('$') && names.has(value.slice(1))) return `$${names.get(value.slice(1))!}`
    return value.replace(/\bsettings\.(\w+)/g, (whole, name: string) => (names.has(name) ? `settings.${names.get(name)!}` : whole))
  }
  if (Array.isArray(value)) return value.map((item) => renamed(item, names))
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamed(item, names)]))
  return value
}

function pastedNotes(document: FlowDocument, piece: Piece, shift: Position, ids: ReadonlyMap<string, string>): Note[] {
  const taken: string[] = []
  const fresh = new Map<string, string>()
  const notes = piece.notes.map((note) => {
    const id = freshNoteId(document, taken)
    taken.push(id)
    fresh.set(note.id, id)
    return { ...note, id, ...moved(note, shift) }
  })
  // What a folded frame hides has other ids now, too.
  return notes.map(({ folded, folded_notes, ...plain }) => {
    const held = folded?.flatMap((old) => ids.get(old) ?? [])
    const hidden = folded_notes?.flatMap((old) => fresh.get(old) ?? [])
    return { ...plain, ...(held?.length || hidden?.length ? { folded: held ?? [] } : {}), ...(hidden?.length ? { folded_notes: hidden } : {}) }
  })
}

function withFrom(node: FlowNode, from: From | undefined): FlowNode {
  const { from: _, ...rest } = node
  return from === undefined ? rest : { ...rest, from }
}

/** To `at`; without it a step beside where it was, and one more for each copy that lies there already. */
function shiftOf(document: FlowDocument, piece: Piece, at: Position | undefined): Position {
  const places = placesOf(piece)
  if (at && places.length) return { x: at.x - Math.min(...places.map((p) => p.x)), y: at.y - Math.min(...places.map((p) => p.y)) }
  const taken = new Set([...Object.values(document.layout?.nodes ?? {}), ...notesOf(document)].map(({ x, y }) => `${x} ${y}`))
  let by = STEP
  while (places.some(({ x, y }) => taken.has(`${x + by} ${y + by}`))) by += STEP
  return { x: by, y: by }
}

/** Where what is in a piece stood. */
export function placesOf(piece: Piece): readonly Position[] {
  return [...Object.values(piece.places), ...piece.notes]
}

function moved(place: Position | undefined, shift: Position): Position {
  return { x: (place?.x ?? 0) + shift.x, y: (place?.y ?? 0) + shift.y }
}

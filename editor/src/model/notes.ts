// Notes and frames: what people write beside the nodes. They stand in the document under `notes` and change nothing that the
// flow does. A frame holds the nodes and notes whose middle lies inside it, smaller frames too; a folded one lists what it
// holds and hides it.
import { apply, batch, type Change } from './changes'
import { positionOf, type FlowDocument, type Json, type Position } from './document'
import { move } from './edits'
import type { Size } from './layers'

export const COLORS = ['yellow', 'blue', 'green', 'red', 'grey'] as const
export type Color = (typeof COLORS)[number]

export interface Note extends Position, Size {
  readonly id: string
  readonly text: string
  readonly color: Color
  readonly frame?: true
  /** The nodes that a folded frame hides, and the notes. */
  readonly folded?: readonly string[]
  readonly folded_notes?: readonly string[]
}

export const SMALLEST: Size = { width: 120, height: 64 }
export const NOTE_SIZE: Size = { width: 224, height: 120 }
export const FOLDED_SIZE: Size = { width: 248, height: 88 }
const MARGIN = 24
const TITLE = 40

/** The notes of a document. A plain text is one note; what is written in another way is left alone and not shown. */
export function notesOf(document: FlowDocument): readonly Note[] {
  const { notes } = document
  if (typeof notes === 'string') return notes.trim() ? [{ id: 'note', text: notes, color: 'yellow', x: 0, y: -160, ...NOTE_SIZE }] : []
  return Array.isArray(notes) ? notes.flatMap((raw) => { const note = noteOf(raw); return note ? [note] : [] }) : []
}

function noteOf(raw: Json): Note | null {
  if (!raw || typeof raw !== 'object' || Array.isArray(raw)) return null
  const { id, text, x, y, width, height, color, frame, folded, folded_notes } = raw
  if (typeof id !== 'string' || typeof text !== 'string' || ![x, y, width, height].every(Number.isFinite)) return null
  const plain = { id, text, x: x as number, y: y as number, width: width as number, height: height as number, color: COLORS.find((known) => known === color) ?? 'yellow' }
  if (frame !== true) return plain
  if (!Array.isArray(folded)) return { ...plain, frame }
  return { ...plain, frame, folded: folded.map(String), ...(Array.isArray(folded_notes) ? { folded_notes: folded_notes.map(String) } : {}) }
}

/** The document's notes with these; entries of another shape stay where they are. */
function put(document: FlowDocument, notes: readonly Note[]): Change {
  const { notes: raw } = document
  const strange = Array.isArray(raw) ? raw.filter((entry) => noteOf(entry) === null) : raw && typeof raw === 'object' ? [raw] : []
  const all = [...strange, ...notes]
  return { t: 'put', key: 'notes', value: all.length ? all : undefined }
}

export function noteById(document: FlowDocument, id: string): Note | undefined {
  return notesOf(document).find((note) => note.id === id)
}

export function freshNoteId(document: FlowDocument, also: readonly string[] = []): string {
  const taken = new Set([...notesOf(document).map((note) => note.id), ...also])
  let n = taken.size + 1
  while (taken.has(`n${n}`)) n += 1
  return `n${n}`
}

export function addNotes(document: FlowDocument, notes: readonly Note[]): Change {
  return notes.length ? put(document, [...notesOf(document), ...notes]) : batch()
}

export function setNote(document: FlowDocument, id: string, part: Partial<Omit<Note, 'id'>>): Change {
  if (!noteById(document, id)) return batch()
  return put(document, notesOf(document).map((note) => (note.id === id ? { ...note, ...part } : note)))
}

export function removeNotes(document: FlowDocument, ids: readonly string[]): Change {
  const left = notesOf(document).filter((note) => !ids.includes(note.id))
  if (left.length === notesOf(document).length) return batch()
  // A fresh note may get the same id: it must not be hidden from birth.
  return put(document, left.map((note) => (note.folded_notes?.some((id) => ids.includes(id)) ? { ...note, folded_notes: note.folded_notes.filter((id) => !ids.includes(id)) } : note)))
}

/** A frame around nodes, with a margin and room for its title. Null where none of them has a place. */
export function frameAround(document: FlowDocument, ids: readonly string[], sizeOf: (id: string) => Size): Omit<Note, 'id' | 'text'> | null {
  const boxes = ids.flatMap((id) => { const at = positionOf(document, id); return at ? [{ ...at, ...sizeOf(id) }] : [] })
  if (boxes.length === 0) return null
  const x = Math.min(...boxes.map((box) => box.x)) - MARGIN
  const y = Math.min(...boxes.map((box) => box.y)) - MARGIN - TITLE
  const right = Math.max(...boxes.map((box) => box.x + box.width)) + MARGIN
  const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + MARGIN
  return { x, y, width: right - x, height: bottom - y, color: 'blue', frame: true }
}

/** The nodes that a frame holds. */
export function heldBy(document: FlowDocument, frame: Note, sizeOf: (id: string) => Size): string[] {
  if (!frame.frame) return []
  if (frame.folded) return document.nodes.map((node) => node.id).filter((id) => frame.folded!.includes(id))
  const hidden = homes(document)
  return document.nodes.flatMap(({ id }) => {
    const at = positionOf(document, id)
    return at && !hidden.has(id) && inside(frame, at, sizeOf(id)) ? [id] : []
  })
}

/** The middle of it lies in the frame. */
function inside(frame: Note, at: Position, { width, height }: Size): boolean {
  const [x, y] = [at.x + width / 2, at.y + height / 2]
  return x >= frame.x && x <= frame.x + frame.width && y >= frame.y && y <= frame.y + frame.height
}

/** The notes and smaller frames that lie in an open frame. */
function notesIn(document: FlowDocument, frame: Note): Note[] {
  const hidden = hiddenNotes(document)
  const smaller = (note: Note) => !note.frame || note.width * note.height < frame.width * frame.height
  return notesOf(document).filter((note) => note.id !== frame.id && !hidden.has(note.id) && smaller(note) && inside(frame, note, note.folded ? FOLDED_SIZE : note))
}

/** In which folded frame each note is hidden. */
function hiddenIn(document: FlowDocument): ReadonlyMap<string, string> {
  return new Map(notesOf(document).flatMap((note) => (note.folded ? (note.folded_notes ?? []).map((id) => [id, note.id] as const) : [])))
}

/** The notes that folded frames hide. */
export function hiddenNotes(document: FlowDocument): ReadonlySet<string> {
  return new Set(hiddenIn(document).keys())
}

/** In which folded frame a node is hidden: the one that is seen, where that stands in another. */
export function homes(document: FlowDocument): ReadonlyMap<string, string> {
  const above = hiddenIn(document)
  const seen = (id: string) => outwards(above, id).at(-1)!
  return new Map(notesOf(document).flatMap((note) => (note.folded ?? []).map((id) => [id, seen(note.id)] as const)))
}

/** A frame and those that hide it, the innermost first. */
function outwards(above: ReadonlyMap<string, string>, id: string): string[] {
  const way = [id]
  for (let next = above.get(id); next !== undefined && !way.includes(next); next = above.get(next)) way.push(next)
  return way
}

/** The folded frames that have to be unfolded so that a node or a note is seen. */
export function framesHiding(document: FlowDocument, what: 'node' | 'note', id: string): string[] {
  const above = hiddenIn(document)
  const first = what === 'node' ? notesOf(document).find((note) => note.folded?.includes(id))?.id : above.get(id)
  return first === undefined ? [] : outwards(above, first)
}

/** What notes hide, at any depth. */
export function withHidden(document: FlowDocument, ids: readonly string[]): { readonly nodes: readonly string[]; readonly notes: readonly string[] } {
  const notes = new Set<string>()
  const nodes = new Set<string>()
  const open = [...ids]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (notes.has(id)) continue
    notes.add(id)
    const note = noteById(document, id)
    for (const held of note?.folded ?? []) nodes.add(held)
    open.push(...(note?.folded_notes ?? []))
  }
  return { nodes: [...nodes], notes: [...notes] }
}

export function fold(document: FlowDocument, id: string, sizeOf: (id: string) => Size): Change {
  const frame = noteById(document, id)
  if (!frame?.frame) return batch()
  if (!frame.folded) {
    const notes = notesIn(document, frame).map((note) => note.id)
    return setNote(document, id, { folded: heldBy(document, frame, sizeOf), ...(notes.length ? { folded_notes: notes } : {}) })
  }
  const { folded: _, folded_notes: __, ...open } = frame
  return put(document, notesOf(document).map((note) => (note.id === id ? open : note)))
}

/** Move nodes and notes; a frame takes along what it holds. */
export function moveAll(document: FlowDocument, nodes: { readonly [id: string]: Position }, notes: { readonly [id: string]: Position }, sizeOf: (id: string) => Size): Change {
  const wanted = { ...carriedNotes(document, notes), ...notes }
  const places = carried(document, nodes, notes, sizeOf)
  const moved = notesOf(document).map((note) => {
    const at = wanted[note.id]
    return at ? { ...note, x: Math.round(at.x), y: Math.round(at.y) } : note
  })
  const changed = moved.some((note, i) => note.x !== notesOf(document)[i]!.x || note.y !== notesOf(document)[i]!.y)
  return batch(move(document, places), ...(changed ? [put(document, moved)] : []))
}

/** Where the notes that frames hold are when these have moved. */
export function carriedNotes(document: FlowDocument, notes: { readonly [id: string]: Position }): { [id: string]: Position } {
  const places: { [id: string]: Position } = {}
  for (const frame of notesOf(document)) {
    const to = notes[frame.id]
    if (!to || !frame.frame) continue
    const held = frame.folded ? [frame.id] : notesIn(document, frame).map((note) => note.id)
    for (const id of withHidden(document, held).notes) {
      const note = id === frame.id ? undefined : noteById(document, id)
      if (note) places[id] = { x: note.x + to.x - frame.x, y: note.y + to.y - frame.y }
    }
  }
  return places
}

/** Where nodes are when notes have moved: their own new places, and those that a frame gives them. */
export function carried(document: FlowDocument, nodes: { readonly [id: string]: Position }, notes: { readonly [id: string]: Position }, sizeOf: (id: string) => Size): { [id: string]: Position } {
  const places: { [id: string]: Position } = {}
  const wanted = { ...carriedNotes(document, notes), ...notes }
  for (const note of notesOf(document)) {
    const to = wanted[note.id]
    if (!to) continue
    for (const id of heldBy(document, note, sizeOf)) {
      const at = positionOf(document, id)
      if (at) places[id] = { x: at.x + to.x - note.x, y: at.y + to.y - note.y }
    }
  }
  return { ...places, ...nodes }
}

/** Frames and what they hold, where that is anything. */
export function framesOf(document: FlowDocument, sizeOf: (id: string) => Size): { readonly id: string; readonly held: readonly string[] }[] {
  return notesOf(document).filter((note) => note.frame).map((note) => ({ id: note.id, held: heldBy(document, note, sizeOf) })).filter(({ held }) => held.length > 0)
}

/** New places for nodes; frames go around what they held before. */
export function moveAndRefit(document: FlowDocument, places: { readonly [id: string]: Position }, sizeOf: (id: string) => Size): Change {
  const moved = move(document, places)
  const after = apply(document, moved).document
  const rects = new Map(framesOf(document, sizeOf).filter(({ held }) => held.some((id) => places[id])).map(({ id, held }) => [id, frameAround(after, held, sizeOf)]))
  if (rects.size === 0) return moved
  const notes = notesOf(document).map((note) => {
    const rect = rects.get(note.id)
    return rect ? { ...note, x: rect.x, y: rect.y, width: rect.width, height: rect.height } : note
  })
  return batch(moved, put(document, notes))
}

// Notes and frames: what people write beside the nodes. They stand in the document under `notes` and change nothing that the
// flow does. A frame holds the nodes whose middle lies inside it; a folded one lists what it holds and hides it.
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
  readonly folded?: readonly string[]
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
  const { id, text, x, y, width, height, color, frame, folded } = raw
  if (typeof id !== 'string' || typeof text !== 'string' || ![x, y, width, height].every(Number.isFinite)) return null
  const plain = { id, text, x: x as number, y: y as number, width: width as number, height: height as number, color: COLORS.find((known) => known === color) ?? 'yellow' }
  if (frame !== true) return plain
  return Array.isArray(folded) ? { ...plain, frame, folded: folded.map(String) } : { ...plain, frame }
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
  return left.length === notesOf(document).length ? batch() : put(document, left)
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

/** In which folded frame a node is hidden. */
export function homes(document: FlowDocument): ReadonlyMap<string, string> {
  return new Map(notesOf(document).flatMap((note) => (note.folded ?? []).map((id) => [id, note.id] as const)))
}

export function fold(document: FlowDocument, id: string, sizeOf: (id: string) => Size): Change {
  const frame = noteById(document, id)
  if (!frame?.frame) return batch()
  if (!frame.folded) return setNote(document, id, { folded: heldBy(document, frame, sizeOf) })
  const { folded: _, ...open } = frame
  return put(document, notesOf(document).map((note) => (note.id === id ? open : note)))
}

/** Move nodes and notes; a frame takes along what it holds. */
export function moveAll(document: FlowDocument, nodes: { readonly [id: string]: Position }, notes: { readonly [id: string]: Position }, sizeOf: (id: string) => Size): Change {
  const places = carried(document, nodes, notes, sizeOf)
  const wanted = { ...carriedNotes(document, notes), ...notes }
  const moved = notesOf(document).map((note) => {
    const at = wanted[note.id]
    return at ? { ...note, x: Math.round(at.x), y: Math.round(at.y) } : note
  })
  const changed = moved.some((note, i) => note.x !== notesOf(document)[i]!.x || note.y !== notesOf(document)[i]!.y)
  return batch(move(document, places), ...(changed ? [put(document, moved)] : []))
}

/** Where the notes that lie inside open frames are when these have moved. */
export function carriedNotes(document: FlowDocument, notes: { readonly [id: string]: Position }): { [id: string]: Position } {
  const places: { [id: string]: Position } = {}
  for (const frame of notesOf(document)) {
    const to = notes[frame.id]
    if (!to || !frame.frame || frame.folded) continue
    for (const note of notesOf(document)) {
      if (!note.frame && inside(frame, note, note)) places[note.id] = { x: note.x + to.x - frame.x, y: note.y + to.y - frame.y }
    }
  }
  return places
}

/** Where nodes are when notes have moved: their own new places, and those that a frame gives them. */
export function carried(document: FlowDocument, nodes: { readonly [id: string]: Position }, notes: { readonly [id: string]: Position }, sizeOf: (id: string) => Size): { [id: string]: Position } {
  const places: { [id: string]: Position } = {}
  for (const note of notesOf(document)) {
    const to = notes[note.id]
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

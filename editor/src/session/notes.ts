// Notes and frames, as buttons and keys make and change them.
import { create } from 'zustand'
import { middle } from '../canvas/view'
import { positionOf, type Position } from '../model/document'
import { apply } from '../model/changes'
import { addNotes, fold, frameAround, framesHiding, freshNoteId, noteById, notesOf, NOTE_SIZE, removeNotes, setNote, type Color } from '../model/notes'
import { free } from '../model/placing'
import { selectNodes } from '../model/selection'
import { t } from '../words'
import { documentNow, useFlow } from './flow'
import { nodeSize } from './sizes'

/** Which note is being written in. */
export const useWriting = create<{ id: string | null }>()(() => ({ id: null }))

export function addNote(at?: Position): void {
  const document = documentNow()
  const id = freshNoteId(document)
  const place = at ?? freePlace()
  useFlow.getState().change(addNotes(document, [{ id, text: '', color: 'yellow', x: Math.round(place.x), y: Math.round(place.y), ...NOTE_SIZE }]))
  useFlow.getState().select(selectNodes([], [id]))
  useWriting.setState({ id })
}

/** In the middle of what is seen, or below what is there. */
function freePlace(): Position {
  const document = documentNow()
  const nodes = document.nodes.flatMap(({ id }) => { const at = positionOf(document, id); return at ? [{ ...at, ...nodeSize(id) }] : [] })
  const notes = notesOf(document).filter((note) => !note.frame)
  return free({ x: middle().x - NOTE_SIZE.width / 2, y: middle().y - NOTE_SIZE.height / 2 }, NOTE_SIZE, [...nodes, ...notes])
}

export function frameSelected(): void {
  const document = documentNow()
  const frame = frameAround(document, [...useFlow.getState().selection.nodes], nodeSize)
  if (!frame) return
  const id = freshNoteId(document)
  useFlow.getState().change(addNotes(document, [{ id, text: t('note.frame_title'), ...frame }]))
  useFlow.getState().select(selectNodes([], [id]))
  useWriting.setState({ id })
}

export function writeNote(id: string, text: string): void {
  const note = noteById(documentNow(), id)
  useWriting.setState({ id: null })
  if (!note || note.text === text.trim()) return
  // A note that was opened and left empty was not wanted.
  useFlow.getState().change(text.trim() || note.frame ? setNote(documentNow(), id, { text: text.trim() }) : removeNotes(documentNow(), [id]))
}

export function colorNotes(color: Color): void {
  for (const id of useFlow.getState().selection.notes) useFlow.getState().change(setNote(documentNow(), id, { color }), `color ${id}`)
}

export function sizeNote(id: string, width: number, height: number): void {
  useFlow.getState().change(setNote(documentNow(), id, { width: Math.round(width), height: Math.round(height) }))
}

export function foldFrame(id: string): void {
  useFlow.getState().change(fold(documentNow(), id, nodeSize))
}

export function foldSelected(): void {
  for (const id of useFlow.getState().selection.notes) foldFrame(id)
}

/** Unfold whatever hides a node or a note, so that it can be shown. */
export function reveal(what: 'node' | 'note', id: string): void {
  const document = documentNow()
  const frames = framesHiding(document, what, id)
  const unfolded = frames.reduceRight((now, frame) => apply(now, fold(now, frame, nodeSize)).document, document)
  if (unfolded !== document) useFlow.getState().change({ t: 'put', key: 'notes', value: unfolded.notes })
}

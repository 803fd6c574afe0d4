import { expect, test } from 'vitest'
import { CATALOG } from './arbitrary'
import { apply } from './changes'
import { copy, paste } from './clipboard'
import type { FlowDocument } from './document'
import { removeNodes, renameNode } from './edits'
import { addNotes, fold, frameAround, framesHiding, heldBy, hiddenNotes, homes, moveAll, moveAndRefit, noteById, notesOf, removeNotes, setNote, withHidden } from './notes'

const size = () => ({ width: 100, height: 50 })
const bare: FlowDocument = {
  suiro: 1,
  nodes: [{ id: 'a', kind: 'spring' }, { id: 'b', kind: 'gate', from: ['a'] }, { id: 'c', kind: 'end', from: ['b'] }],
  layout: { nodes: { a: { x: 0, y: 0 }, b: { x: 200, y: 0 }, c: { x: 900, y: 0 } } },
}
const flow = apply(bare, addNotes(bare, [{ id: 'n1', text: 'Heat', ...frameAround(bare, ['a', 'b'], size)! }, { id: 'n2', text: 'Ask Ken', color: 'yellow', x: 5, y: 5, width: 200, height: 90 }])).document

test('a frame goes around nodes, holds them and takes them along', () => {
  expect(heldBy(flow, noteById(flow, 'n1')!, size)).toEqual(['a', 'b'])
  const { x, y } = noteById(flow, 'n1')!
  const after = apply(flow, moveAll(flow, {}, { n1: { x: x + 10, y: y - 20 } }, size)).document
  expect(after.layout!.nodes).toEqual({ a: { x: 10, y: -20 }, b: { x: 210, y: -20 }, c: { x: 900, y: 0 } })
  expect(noteById(after, 'n2')).toMatchObject({ x: 15, y: -15 })
})

test('a folded frame hides what it held, whatever is put there later, until it is unfolded', () => {
  const folded = apply(flow, fold(flow, 'n1', size)).document
  expect([...homes(folded)]).toEqual([['a', 'n1'], ['b', 'n1']])
  const later: FlowDocument = { ...folded, layout: { nodes: { ...folded.layout!.nodes, c: { x: 20, y: 20 } } } }
  expect(heldBy(later, noteById(later, 'n1')!, size)).toEqual(['a', 'b'])
  expect(apply(folded, fold(folded, 'n1', size)).document).toEqual(flow)
})

test('a folded frame follows a rename and forgets a node that is deleted', () => {
  const folded = apply(flow, fold(flow, 'n1', size)).document
  const renamed = apply(folded, renameNode(folded, 'a', 'kiln')).document
  expect(noteById(renamed, 'n1')!.folded).toEqual(['kiln', 'b'])
  expect(noteById(apply(renamed, removeNodes(renamed, CATALOG, ['kiln'])).document, 'n1')!.folded).toEqual(['b'])
})

test('notes travel with a copied piece', () => {
  const folded = apply(flow, fold(flow, 'n1', size)).document
  const { change, notes } = paste(folded, CATALOG, copy(folded, CATALOG, ['a', 'b'], ['n1']))
  const after = apply(folded, change).document
  expect(notes).toEqual(['n3'])
  expect(noteById(after, 'n3')).toMatchObject({ text: 'Heat', folded: ['a_2', 'b_2'] })
})

test('what others wrote under notes in another shape is kept', () => {
  const strange: FlowDocument = { ...bare, notes: [{ by: 'ken' }, 'hello'] }
  expect(notesOf(strange)).toEqual([])
  const after = apply(strange, addNotes(strange, [notesOf(flow)[1]!])).document
  expect(after.notes).toEqual([{ by: 'ken' }, 'hello', notesOf(flow)[1]])
  const text: FlowDocument = { ...bare, notes: 'Remember the fan' }
  const said = apply(text, setNote(text, 'note', { color: 'red' })).document
  expect(notesOf(said)[0]).toMatchObject({ text: 'Remember the fan', color: 'red' })
})

test('a new layout takes frames along, around what they held', () => {
  const after = apply(flow, moveAndRefit(flow, { a: { x: 500, y: 500 }, b: { x: 700, y: 640 } }, size)).document
  expect(heldBy(after, noteById(after, 'n1')!, size)).toEqual(['a', 'b'])
  expect(noteById(after, 'n1')).toMatchObject(frameAround(after, ['a', 'b'], size)!)
  expect(noteById(after, 'n2')).toEqual(noteById(flow, 'n2'))
})

/** An outer frame around everything, an inner one around b with a note of its own. */
const nested = apply(flow, addNotes(flow, [
  { id: 'n3', text: 'Inner', ...frameAround(bare, ['b'], size)! }, { id: 'n4', text: 'in it', color: 'red', x: 190, y: -20, width: 120, height: 64 },
])).document
const step = (document: FlowDocument, ...ids: string[]) => ids.reduce((now, id) => apply(now, fold(now, id, size)).document, document)

test('a folded frame hides the notes in it, and one undo shows them again', () => {
  const { document: folded, inverse } = apply(flow, fold(flow, 'n1', size))
  expect([...hiddenNotes(folded)]).toEqual(['n2'])
  expect(apply(folded, inverse).document).toEqual(flow)
  const later = apply(folded, addNotes(folded, [{ id: 'n9', text: 'later', color: 'grey', x: 10, y: 10, width: 120, height: 64 }])).document
  expect([...hiddenNotes(later)]).toEqual(['n2'])
})

test('a frame inside a frame is hidden with it, and its wires end at the one that is seen', () => {
  const both = step(nested, 'n3', 'n1')
  expect([...homes(both)].sort()).toEqual([['a', 'n1'], ['b', 'n1']])
  expect([...hiddenNotes(both)].sort()).toEqual(['n2', 'n3', 'n4'])
  expect(framesHiding(both, 'node', 'b')).toEqual(['n3', 'n1'])
  expect(framesHiding(both, 'node', 'a')).toEqual(['n1'])
  expect(framesHiding(both, 'note', 'n4')).toEqual(['n3', 'n1'])
  expect(framesHiding(both, 'note', 'n1')).toEqual([])
  expect(step(both, 'n1', 'n3')).toEqual(nested)
})

test('a folded frame takes along what it hides, at any depth', () => {
  const both = step(nested, 'n3', 'n1')
  const { x, y } = noteById(both, 'n1')!
  const moved = step(apply(both, moveAll(both, {}, { n1: { x: x + 100, y } }, size)).document, 'n1', 'n3')
  const plain = apply(nested, moveAll(nested, {}, { n1: { x: x + 100, y } }, size)).document
  expect(moved).toEqual(plain)
  expect([moved.layout!.nodes!.b!.x, noteById(moved, 'n4')!.x, noteById(moved, 'n3')!.x]).toEqual([300, 290, noteById(nested, 'n3')!.x + 100])
})

test('a copy of a folded frame holds copies of what it hides', () => {
  const both = step(nested, 'n3', 'n1')
  const { nodes, notes } = withHidden(both, ['n1'])
  const { change } = paste(both, CATALOG, copy(both, CATALOG, nodes, notes))
  const after = apply(both, change).document
  const copied = notesOf(after).slice(notesOf(both).length)
  expect(copied.map((note) => note.text).sort()).toEqual(['Ask Ken', 'Heat', 'Inner', 'in it'])
  const outer = copied.find((note) => note.text === 'Heat')!
  expect(outer.folded).toEqual(['a_2'])
  expect([...outer.folded_notes!].sort()).toEqual(copied.filter((note) => ['Ask Ken', 'Inner'].includes(note.text)).map((note) => note.id).sort())
  expect(homes(after).get('b_2')).toBe(outer.id)
})

test('a note that is deleted leaves no trace in the frame that hid it', () => {
  const folded = step(flow, 'n1')
  const after = apply(folded, removeNotes(folded, ['n2'])).document
  expect(noteById(after, 'n1')!.folded_notes).toEqual([])
})

test('frames that hide each other, as only a hand-written file can say, do not hang', () => {
  const loop = apply(flow, setNote(flow, 'n1', { folded: ['a'], folded_notes: ['n3'] })).document
  const both = apply(loop, addNotes(loop, [{ ...noteById(loop, 'n1')!, id: 'n3', folded: ['b'], folded_notes: ['n1'] }])).document
  expect(withHidden(both, ['n1']).nodes).toEqual(['a', 'b'])
  expect(framesHiding(both, 'node', 'a')).toEqual(['n1', 'n3'])
})

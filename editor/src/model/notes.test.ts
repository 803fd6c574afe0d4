import { expect, test } from 'vitest'
import { CATALOG } from './arbitrary'
import { apply } from './changes'
import { copy, paste } from './clipboard'
import type { FlowDocument } from './document'
import { removeNodes, renameNode } from './edits'
import { addNotes, fold, frameAround, heldBy, homes, moveAll, moveAndRefit, noteById, notesOf, setNote } from './notes'

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

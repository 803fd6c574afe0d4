import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyDocument, CATALOG } from './arbitrary'
import { apply, type Change } from './changes'
import { copy, paste, pieceOf } from './clipboard'
import { nodeById, type FlowDocument } from './document'
import * as edits from './edits'
import { edit, redo, startHistory, undo } from './history'
import { addAtEnd, addOnWire, dropOnWire, reconnect } from './inserting'
import { addNotes, fold, freshNoteId, moveAll, notesOf, removeNotes, setNote } from './notes'
import { allWires } from './wires'

type Deed = (document: FlowDocument, a: number, b: number) => Change

const pick = (document: FlowDocument, n: number) => document.nodes[n % Math.max(1, document.nodes.length)]
const ends = (document: FlowDocument, a: number, b: number) => ({
  source: pick(document, a)?.id ?? 'x', sourcePort: CATALOG.byId.get(pick(document, a)?.kind ?? '')?.outputs.at(-1)?.name ?? 'out',
  target: pick(document, b)?.id ?? 'x', targetPort: CATALOG.byId.get(pick(document, b)?.kind ?? '')?.inputs.at(-1)?.name ?? 'in',
})

const SIZE = () => ({ width: 100, height: 50 })
const wireAt = (document: FlowDocument, n: number) => allWires(document, CATALOG)[n % Math.max(1, allWires(document, CATALOG).length)] ?? ends(document, n, n + 1)
const noteAt = (document: FlowDocument, n: number) => notesOf(document)[n % Math.max(1, notesOf(document).length)]?.id ?? 'x'

const DEEDS: Deed[] = [
  (d, a) => edits.addNode(d, edits.newNode(d, CATALOG.kinds[a % CATALOG.kinds.length]!), { x: a, y: a }),
  (d, a, b) => edits.removeNodes(d, CATALOG, [pick(d, a)?.id ?? 'x', pick(d, b)?.id ?? 'x']),
  (d, a, b) => edits.connect(d, CATALOG, ends(d, a, b)),
  (d, a, b) => edits.disconnect(d, CATALOG, [allWires(d, CATALOG)[a % Math.max(1, allWires(d, CATALOG).length)] ?? ends(d, a, b)]),
  (d, a, b) => edits.setParams(d, pick(d, a)?.id ?? 'x', { a: b, b: undefined }),
  (d, a, b) => edits.setNode(d, pick(d, a)?.id ?? 'x', b % 2 ? { off: true, label: `l${b}` } : { off: undefined, label: undefined }),
  (d, a, b) => edits.renameNode(d, pick(d, a)?.id ?? 'x', `r${b}`),
  (d, a, b) => edits.move(d, { [pick(d, a)?.id ?? 'x']: { x: b, y: a } }),
  (d, a, b) => edits.setSetting(d, `s${a % 3}`, b % 3 ? { value: b, assumed: false } : undefined),
  (d, a) => edits.makeSetting(d, pick(d, a)?.id ?? 'x', 'a', [], 'made', { value: 1 }),
  (d, a, b) => paste(d, CATALOG, copy(d, CATALOG, [pick(d, a)?.id ?? 'x', pick(d, b)?.id ?? 'x'])).change,
  (_d, a) => ({ t: 'put', key: 'name', value: `name ${a}` }),
  (d, a, b) => edits.pin(d, [pick(d, a)?.id ?? 'x', pick(d, b)?.id ?? 'x'], a % 2 === 0),
  (d, a, b) => addOnWire(d, CATALOG, wireAt(d, a), edits.newNode(d, CATALOG.kinds[b % CATALOG.kinds.length]!), b % 2 ? { x: b, y: a } : undefined),
  (d, a, b) => dropOnWire(d, CATALOG, wireAt(d, a), pick(d, b)?.id ?? 'x', { x: b, y: a }),
  (d, a, b) => reconnect(d, CATALOG, wireAt(d, a), ends(d, a, b)),
  (d, a, b) => addAtEnd(d, CATALOG, edits.newNode(d, CATALOG.kinds[b % CATALOG.kinds.length]!), { node: pick(d, a)?.id ?? 'x', port: 'out', side: b % 2 ? 'source' : 'target' }, { x: a, y: b }),
  (d, a, b) => addNotes(d, [{ id: freshNoteId(d), text: 't', color: 'blue', x: 0, y: -80, width: 10 + 10 * a, height: 200, ...(b % 2 ? { frame: true } : {}) }]),
  (d, a, b) => setNote(d, noteAt(d, a), { text: `t${b}` }),
  (d, a) => fold(d, noteAt(d, a), SIZE),
  (d, a, b) => moveAll(d, {}, { [noteAt(d, a)]: { x: b, y: a } }, SIZE),
  (d, a) => removeNotes(d, [noteAt(d, a)]),
]

const anyWalk = fc.array(fc.tuple(fc.nat(DEEDS.length - 1), fc.nat(50), fc.nat(50)), { maxLength: 25 })

test('every change is taken back by its inverse', () => {
  fc.assert(fc.property(anyDocument, fc.nat(DEEDS.length - 1), fc.nat(50), fc.nat(50), (document, which, a, b) => {
    const { document: after, inverse } = apply(document, DEEDS[which]!(document, a, b))
    const back = apply(after, inverse)
    expect(back.document).toEqual(document)
    expect(apply(back.document, back.inverse).document).toEqual(after)
  }), { numRuns: 400 })
})

test('a random walk of edits is undone to the start and redone to the end', () => {
  fc.assert(fc.property(anyDocument, anyWalk, (document, walk) => {
    let history = startHistory(document)
    walk.forEach(([which, a, b], i) => {
      history = edit(history, DEEDS[which]!(history.document, a, b), which % 2 ? `tag${which}` : undefined, i * 700)
    })
    const end = history.document
    while (history.past.length) history = undo(history)
    expect(history.document).toEqual(document)
    while (history.future.length) history = redo(history)
    expect(history.document).toEqual(end)
  }))
})

test('no edit changes a document in place', () => {
  fc.assert(fc.property(anyDocument, anyWalk, (document, walk) => {
    const before = structuredClone(document)
    let current = document
    for (const [which, a, b] of walk) current = apply(current, DEEDS[which]!(current, a, b)).document
    expect(document).toEqual(before)
  }))
})

test('typing in one field is one undo, and a pause starts another', () => {
  const start: FlowDocument = { suiro: 1, nodes: [{ id: 'a', kind: 'gate', params: {} }] }
  let history = startHistory(start)
  history = edit(history, edits.setParams(history.document, 'a', { x: 7 }), 'a.x', 1000)
  history = edit(history, edits.setParams(history.document, 'a', { x: 70 }), 'a.x', 1200)
  history = edit(history, edits.setParams(history.document, 'a', { x: 700 }), 'a.x', 9000)
  expect(history.past).toHaveLength(2)
  history = undo(history)
  expect(nodeById(history.document, 'a')!.params).toEqual({ x: 70 })
  expect(undo(history).document).toEqual(start)
})

test('renaming a node takes its wires, place and tests along', () => {
  const flow: FlowDocument = {
    suiro: 1,
    nodes: [{ id: 'a', kind: 'gate' }, { id: 'b', kind: 'end', from: ['a.down', 'a'] }],
    tests: [{ name: 't', given: [{ data: { node: 'a' } }], expect: [{ node: 'a' }] }],
    layout: { nodes: { a: { x: 1, y: 2 } } },
  }
  const after = apply(flow, edits.renameNode(flow, 'a', 'hot')).document
  expect(after.nodes[1]!.from).toEqual(['hot.down', 'hot'])
  expect(after.layout!.nodes).toEqual({ hot: { x: 1, y: 2 } })
  expect(after.tests).toEqual([{ name: 't', given: [{ data: { node: 'a' } }], expect: [{ node: 'hot' }] }])
})

test('a pasted piece gets fresh ids and keeps the wires inside it', () => {
  const flow: FlowDocument = {
    suiro: 1,
    settings: { limit: { value: 80 } },
    nodes: [{ id: 'a', kind: 'gate', params: { above: '$limit' } }, { id: 'b', kind: 'end', from: ['a.down'] }],
    layout: { nodes: { a: { x: 0, y: 0 }, b: { x: 50, y: 0 } } },
  }
  const piece = pieceOf(JSON.stringify(copy(flow, CATALOG, ['a', 'b'])))!
  const there = apply({ suiro: 1, nodes: [{ id: 'a', kind: 'spring' }] }, paste({ suiro: 1, nodes: [{ id: 'a', kind: 'spring' }] }, CATALOG, piece, { x: 100, y: 100 }).change).document
  expect(there.nodes.map((n) => [n.id, n.from])).toEqual([['a', undefined], ['a_2', undefined], ['b', ['a_2.down']]])
  expect(there.settings).toEqual({ limit: { value: 80 } })
  expect(there.layout!.nodes).toEqual({ a_2: { x: 100, y: 100 }, b: { x: 150, y: 100 } })
  expect(pieceOf('not json')).toBeNull()
})

test('a pasted node keeps its own value where the flow means another one by the same name', () => {
  const flow = (value: number, text: string): FlowDocument => ({
    suiro: 1, settings: { limit: { value, unit: '°C' } }, layout: {},
    nodes: [{ id: 'a', kind: 'gate', params: { above: '$limit', only: ['x > settings.limit', '$limits'], text } }],
  })
  const there = flow(50, 'above {settings.limit}')
  const after = apply(there, paste(there, CATALOG, copy(flow(80, 'over {settings.limit|round:1}'), CATALOG, ['a'])).change).document
  expect(after.settings).toEqual({ limit: { value: 50, unit: '°C' }, limit_2: { value: 80, unit: '°C' } })
  expect(after.nodes[0]).toEqual(there.nodes[0])
  expect(after.nodes[1]!.params).toEqual({ above: '$limit_2', only: ['x > settings.limit_2', '$limits'], text: 'over {settings.limit_2|round:1}' })
  const same = apply(there, paste(there, CATALOG, copy(there, CATALOG, ['a'])).change).document
  expect(same.settings).toEqual(there.settings)
  expect(same.nodes[1]!.params).toEqual(there.nodes[0]!.params)
})

test('a setting is used where it stands, not where one stands whose name only begins alike', () => {
  const settings = { limit: { value: 1 }, limit_2: { value: 2 } }
  const flow: FlowDocument = { suiro: 1, settings, nodes: [{ id: 'a', kind: 'gate', params: { above: '$limit' } }, { id: 'b', kind: 'gate', params: { text: 'over {settings.limit_2}', raw: '$$limit' } }] }
  expect([edits.usesOf(flow, 'limit'), edits.usesOf(flow, 'limit_2')]).toEqual([['a'], ['b']])
  expect(copy(flow, CATALOG, ['b']).settings).toEqual({ limit_2: { value: 2 } })
})

test('the same piece pasted again does not lie on its first copy', () => {
  const flow: FlowDocument = { suiro: 1, nodes: [{ id: 'a', kind: 'spring' }], layout: { nodes: { a: { x: 8, y: 0 } } } }
  const piece = copy(flow, CATALOG, ['a'])
  const once = apply(flow, paste(flow, CATALOG, piece).change).document
  const twice = apply(once, paste(once, CATALOG, piece).change).document
  expect(twice.layout!.nodes).toEqual({ a: { x: 8, y: 0 }, a_2: { x: 40, y: 32 }, a_3: { x: 72, y: 64 } })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyDocument, CATALOG } from './arbitrary'
import { apply } from './changes'
import { nodeById, positionOf, type FlowDocument } from './document'
import { newNode } from './edits'
import { addAtEnd, addOnWire, dropOnWire, fitsEnd, fitsWire, joinWire, mayJoin, reconnect } from './inserting'
import { NODE_WIDTH } from './size'
import { allWires, wireId } from './wires'

const flow: FlowDocument = {
  suiro: 1,
  nodes: [{ id: 'a', kind: 'spring' }, { id: 'b', kind: 'gate', from: ['a'] }, { id: 'c', kind: 'end', from: ['b.down', 'a'] }],
  layout: { nodes: { a: { x: 0, y: 0 }, b: { x: 344, y: 0 }, c: { x: 688, y: 0 } } },
}
const [first, second] = allWires(flow, CATALOG)
const gate = CATALOG.byId.get('gate')!
const wiresOf = (document: FlowDocument) => allWires(document, CATALOG).map(wireId)

test('only kinds with a port for the open end are offered', () => {
  const fits = (side: 'source' | 'target') => CATALOG.kinds.filter((kind) => fitsEnd(kind, { node: 'a', port: 'out', side })).map((kind) => kind.id)
  expect(fits('source')).toEqual(['gate', 'meet', 'end'])
  expect(fits('target')).toEqual(['spring', 'gate', 'meet'])
  expect(CATALOG.kinds.filter(fitsWire).map((kind) => kind.id)).toEqual(['gate', 'meet'])
})

test('a wire dropped on empty ground ends at the new node', () => {
  const after = apply(flow, addAtEnd(flow, CATALOG, newNode(flow, gate), { node: 'b', port: 'up', side: 'source' }, { x: 5, y: 6 })).document
  expect(after.nodes.at(-1)).toMatchObject({ kind: 'gate', from: ['b'] })
  const before = apply(flow, addAtEnd(flow, CATALOG, newNode(flow, CATALOG.byId.get('spring')!), { node: 'b', port: 'in', side: 'target' }, { x: 5, y: 6 })).document
  expect(nodeById(before, 'b')!.from).toEqual(['a', 'spring'])
})

test('a node put on a wire takes it through itself, and what comes after makes room', () => {
  const after = apply(flow, addOnWire(flow, CATALOG, first!, newNode(flow, gate))).document
  expect(wiresOf(after)).toEqual(['gate.up>b.in', 'b.down>c.in', 'a.out>c.in', 'a.out>gate.in'])
  const x = (id: string) => positionOf(after, id)!.x
  expect(x('b')).toBeGreaterThanOrEqual(x('gate') + NODE_WIDTH)
  expect(x('c')).toBeGreaterThanOrEqual(x('b') + NODE_WIDTH)
  expect(positionOf(after, 'a')).toEqual({ x: 0, y: 0 })
})

test('where there is room, a node stays where it was dropped', () => {
  const wide: FlowDocument = { ...flow, layout: { nodes: { ...flow.layout!.nodes, b: { x: 900, y: 0 } } } }
  expect(positionOf(apply(wide, addOnWire(wide, CATALOG, first!, newNode(wide, gate), { x: 400, y: 40 })).document, 'gate')).toEqual({ x: 400, y: 40 })
})

test('a node that is there may be dragged onto a wire, unless it would close a circle', () => {
  const more: FlowDocument = { ...flow, nodes: [...flow.nodes, { id: 'free', kind: 'gate' }] }
  expect(mayJoin(more, CATALOG, second!, 'free')).toBe(true)
  expect(mayJoin(more, CATALOG, second!, 'b')).toBe(false)
  expect(mayJoin(more, CATALOG, second!, 'c')).toBe(false)
  const after = apply(more, dropOnWire(more, CATALOG, second!, 'free', { x: 0, y: 0 })).document
  expect(wiresOf(after)).toEqual(['a.out>b.in', 'a.out>c.in', 'free.up>c.in', 'b.down>free.in'])
  const later: FlowDocument = { suiro: 1, nodes: [{ id: 'a', kind: 'spring' }, { id: 'b', kind: 'gate', from: ['a'] }, { id: 'd', kind: 'gate', from: ['b'] }] }
  expect(mayJoin(later, CATALOG, allWires(later, CATALOG)[0]!, 'd')).toBe(false)
})

test('a wire gets another end and keeps its place in the list', () => {
  const to = { source: 'b', sourcePort: 'up', target: 'c', targetPort: 'in' }
  expect(nodeById(apply(flow, reconnect(flow, CATALOG, second!, to)).document, 'c')!.from).toEqual(['b', 'a'])
  expect(reconnect(flow, CATALOG, second!, { source: 'c', sourcePort: 'out', target: 'b', targetPort: 'in' })).toEqual({ t: 'batch', changes: [] })
})

test('joining and reconnecting never close a circle and never lose another wire', () => {
  fc.assert(fc.property(anyDocument, fc.nat(), fc.nat(), (document, i, j) => {
    const wires = allWires(document, CATALOG)
    const wire = wires[i % Math.max(1, wires.length)]
    const node = document.nodes[j % Math.max(1, document.nodes.length)]
    if (!wire || !node || !mayJoin(document, CATALOG, wire, node.id)) return
    const after = apply(document, joinWire(document, CATALOG, wire, node.id)).document
    const left = new Set(wiresOf(after))
    for (const other of wires) if (wireId(other) !== wireId(wire)) expect(left.has(wireId(other))).toBe(true)
    expect(left.has(wireId(wire))).toBe(false)
  }))
})

import { expect, test } from 'vitest'
import { CATALOG } from './arbitrary'
import type { FlowDocument } from './document'
import { placeMissing, withRoom } from './placing'
import { NODE_WIDTH } from './size'

const flow: FlowDocument = {
  suiro: 1,
  nodes: [
    { id: 'a', kind: 'spring' },
    { id: 'c', kind: 'gate', from: ['new'] },
    { id: 'd', kind: 'end', from: ['c'] },
    { id: 'e', kind: 'end', from: ['a'] },
    { id: 'new', kind: 'gate', from: ['a'] },
  ],
  layout: { nodes: { a: { x: 0, y: 0 }, c: { x: 344, y: 40 }, d: { x: 688, y: 40 }, e: { x: 344, y: 300 } } },
}

test('what comes after a node that was put in between moves on, and nothing else', () => {
  const places = withRoom(flow, CATALOG, placeMissing(flow, CATALOG))
  expect(places.new!.y).toBe(40)
  expect(places.c!.x).toBeGreaterThanOrEqual(places.new!.x + NODE_WIDTH)
  expect(places.d!.x - places.c!.x).toBe(344)
  expect(Object.keys(places).toSorted()).toEqual(['c', 'd', 'new'])
})

test('a node at the end needs no room', () => {
  const more: FlowDocument = { ...flow, nodes: [...flow.nodes.map((node) => (node.id === 'c' ? { ...node, from: ['a'] } : node)), { id: 'last', kind: 'end', from: ['d'] }] }
  const places = placeMissing(more, CATALOG)
  expect(withRoom(more, CATALOG, places)).toEqual(places)
})

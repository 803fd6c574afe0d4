import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aligned, ALIGNMENTS, distributed, settledAround, type Box } from './align'
import type { FlowDocument } from './document'
import { pin, removeNodes, renameNode } from './edits'
import { apply } from './changes'
import { CATALOG } from './arbitrary'

const boxes: Box[] = [{ id: 'a', x: 0, y: 0, width: 100, height: 40 }, { id: 'b', x: 50, y: 300, width: 60, height: 80 }, { id: 'c', x: 400, y: 90, width: 100, height: 40 }]
const anyBoxes = fc.array(fc.record({ x: fc.integer({ min: -999, max: 999 }), y: fc.integer({ min: -999, max: 999 }), width: fc.integer({ min: 1, max: 300 }), height: fc.integer({ min: 1, max: 300 }) }), { minLength: 2, maxLength: 9 })
  .map((rows) => rows.map((row, i): Box => ({ ...row, id: `n${i}` })))
const flow: FlowDocument = { suiro: 1, nodes: [{ id: 'a', kind: 'spring' }, { id: 'b', kind: 'gate', from: ['a'] }, { id: 'c', kind: 'end', from: ['b'] }], layout: { nodes: { a: { x: 500, y: 500 }, b: { x: 520, y: 510 }, c: { x: 40, y: 0 } } } }
const size = () => ({ width: 248, height: 96 })

test('edges and middles line up', () => {
  expect(aligned(boxes, 'right')).toEqual({ a: { x: 400, y: 0 }, b: { x: 440, y: 300 }, c: { x: 400, y: 90 } })
  expect(aligned(boxes, 'middle')).toEqual({ a: { x: 0, y: 170 }, b: { x: 50, y: 150 }, c: { x: 400, y: 170 } })
})

test('lining up twice changes nothing more', () => {
  fc.assert(fc.property(anyBoxes, fc.constantFrom(...ALIGNMENTS), (all, how) => {
    const once = aligned(all, how)
    expect(aligned(all.map((box) => ({ ...box, ...once[box.id]! })), how)).toEqual(once)
  }))
})

test('spread nodes have equal gaps, and the outer two stay', () => {
  fc.assert(fc.property(anyBoxes.filter((all) => all.length > 2), (all) => {
    const places = distributed(all, 'horizontal')
    const row = all.map((box) => ({ ...box, ...places[box.id]! })).sort((a, b) => all.findIndex((o) => o.id === a.id) - all.findIndex((o) => o.id === b.id))
    const order = [...all].sort((a, b) => a.x - b.x || (a.id < b.id ? -1 : 1)).map((box) => row.find((other) => other.id === box.id)!)
    expect(order[0]!.x).toBe(Math.min(...all.map((box) => box.x)))
    const gaps = order.slice(1).map((box, i) => box.x - order[i]!.x - order[i]!.width)
    for (const gap of gaps) expect(gap).toBeCloseTo(gaps[0]!, 6)
  }))
})

test('the automatic layout leaves pinned nodes alone and puts nothing on them', () => {
  const pinned = apply(flow, pin(flow, ['b'], true)).document
  const places = settledAround(pinned, { a: { x: 0, y: 0 }, b: { x: 344, y: 0 }, c: { x: 688, y: 0 } }, ['a', 'b', 'c'], size)
  expect(places).toEqual({ a: { x: 176, y: 510 }, c: { x: 864, y: 510 } })
  const chosen = settledAround(flow, { a: { x: 0, y: 0 }, b: { x: 344, y: 0 } }, ['a', 'b'], size)
  expect(Object.keys(chosen)).toEqual(['a', 'b'])
})

test('a pin follows its node and goes with it', () => {
  const pinned = apply(flow, pin(flow, ['b'], true)).document
  const renamed = apply(pinned, renameNode(pinned, 'b', 'hot')).document
  expect(renamed.layout!.pinned).toEqual(['hot'])
  expect(apply(renamed, removeNodes(renamed, CATALOG, ['hot'])).document.layout!.pinned).toBeUndefined()
  expect(apply(pinned, pin(pinned, ['b'], false)).document).toEqual(flow)
})

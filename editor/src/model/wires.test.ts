import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyDocument, CATALOG } from './arbitrary'
import type { FlowDocument } from './document'
import { connect, disconnect } from './edits'
import { apply } from './changes'
import { allWires, fromOf, mayConnect, wireId, wiresInto } from './wires'

const flow: FlowDocument = {
  suiro: 1,
  nodes: [
    { id: 'a', kind: 'spring' },
    { id: 'b', kind: 'gate', from: ['a'] },
    { id: 'c', kind: 'meet', from: { in: ['b.down'], reset: ['a.out'] } },
    { id: 'd', kind: 'end', from: ['b.up', 'c'] },
  ],
}

test('from becomes wires and wires become the same from again', () => {
  fc.assert(fc.property(anyDocument, (document) => {
    for (const node of document.nodes) {
      expect(fromOf(wiresInto(document, CATALOG, node), CATALOG.byId.get(node.kind), node.from)).toEqual(node.from)
    }
  }))
})

test('a bare id means the first output and a list means the first input', () => {
  expect(allWires(flow, CATALOG).map(wireId)).toEqual(['a.out>b.in', 'b.down>c.in', 'a.out>c.reset', 'b.up>d.in', 'c.out>d.in'])
})

test('a wire into a second input turns the list into an object', () => {
  const plain: FlowDocument = { suiro: 1, nodes: [{ id: 'a', kind: 'spring' }, { id: 'c', kind: 'meet', from: ['a'] }] }
  const change = connect(plain, CATALOG, { source: 'a', sourcePort: 'out', target: 'c', targetPort: 'reset' })
  expect(apply(plain, change).document.nodes[1]!.from).toEqual({ in: ['a'], reset: ['a'] })
})

test('cutting a wire that was drawn gives back the document', () => {
  fc.assert(fc.property(anyDocument, fc.nat(), fc.nat(), (document, i, j) => {
    const source = document.nodes[i % Math.max(1, document.nodes.length)]
    const target = document.nodes[j % Math.max(1, document.nodes.length)]
    const sourcePort = source && CATALOG.byId.get(source.kind)!.outputs[0]?.name
    const targetPort = target && CATALOG.byId.get(target.kind)!.inputs[0]?.name
    if (!source || !target || !sourcePort || !targetPort || target.from === undefined) return
    const ends = { source: source.id, sourcePort, target: target.id, targetPort }
    if (mayConnect(document, CATALOG, ends) !== 'ok') return
    const drawn = apply(document, connect(document, CATALOG, ends)).document
    const cut = apply(drawn, disconnect(drawn, CATALOG, [ends])).document
    expect(allWires(cut, CATALOG)).toEqual(allWires(document, CATALOG))
  }))
})

test('wires to oneself, twice the same, to a missing port, or closing a circle are refused', () => {
  const ends = (source: string, sourcePort: string, target: string, targetPort = 'in') => ({ source, sourcePort, target, targetPort })
  expect(mayConnect(flow, CATALOG, ends('b', 'up', 'b'))).toBe('same_node')
  expect(mayConnect(flow, CATALOG, ends('a', 'out', 'b'))).toBe('already')
  expect(mayConnect(flow, CATALOG, ends('a', 'nowhere', 'd'))).toBe('no_port')
  expect(mayConnect(flow, CATALOG, ends('c', 'out', 'b'))).toBe('circle')
  expect(mayConnect(flow, CATALOG, ends('a', 'out', 'd'))).toBe('ok')
})

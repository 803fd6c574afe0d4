import { describe, expect, it } from 'vitest'
import { compared } from './comparing'
import type { Catalog } from './catalog'
import type { FlowDocument } from './document'

const catalog: Catalog = { byId: new Map() } as unknown as Catalog
const flow = (nodes: FlowDocument['nodes']): FlowDocument => ({ suiro: 1, name: 'x', nodes }) as FlowDocument
const chain = (n: number) => Array.from({ length: n }, (_, i) => ({ id: `n${i}`, kind: 'k', params: { i }, ...(i ? { from: [`n${i - 1}`] } : {}) }))

describe('two versions in one graph', () => {
  it('tells what stays, is new, changed and gone, each with a place of its own', () => {
    const before = flow([{ id: 'a', kind: 'k' }, { id: 'b', kind: 'k', from: ['a'], params: { x: 1 } }, { id: 'old', kind: 'k', from: ['b'] }])
    const after = flow([{ id: 'a', kind: 'k' }, { id: 'b', kind: 'k', from: ['a'], params: { x: 2 } }, { id: 'new', kind: 'k', from: ['b'] }])
    const { nodes, left } = compared(before, after, catalog)
    expect(Object.fromEntries(nodes.map((node) => [node.id, node.standing]))).toEqual({ a: 'same', b: 'edited', new: 'added', old: 'removed' })
    expect(new Set(nodes.map((node) => `${node.place.x} ${node.place.y}`)).size).toBe(4)
    expect(left).toBe(0)
  })

  it('goes from top to bottom on narrow screens', () => {
    const { nodes } = compared(flow(chain(3)), flow(chain(3)), catalog, true)
    expect(new Set(nodes.map((node) => node.place.x)).size).toBe(1)
    expect(new Set(nodes.map((node) => node.place.y)).size).toBe(3)
  })

  it('draws of a large flow what changed and what stands beside it', () => {
    const before = flow(chain(60))
    const after = flow(chain(60).map((node) => (node.id === 'n30' ? { ...node, params: { i: -1 } } : node)))
    const { nodes, left } = compared(before, after, catalog)
    expect(nodes.filter((node) => node.standing === 'edited').map((node) => node.id)).toEqual(['n30'])
    expect(nodes.length + left).toBe(60)
    expect(left).toBeGreaterThan(50)
  })
})

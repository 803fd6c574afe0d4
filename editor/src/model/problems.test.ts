import { describe, expect, it } from 'vitest'
import { edit, startHistory, undo } from './history'
import { fixChange, place, type Problem } from './problems'

const flow = { suiro: 1 as const, name: 'x', nodes: [{ id: 'a', kind: 'devices' }, { id: 'b', kind: 'threshold', from: ['a'], params: { field: 'temprature' } }] }
const problem = (path: string, fix?: Problem['fix']): Problem => ({ code: 'unknown_field', path, message: '', severity: 'error', ...(fix ? { fix } : {}) })

describe('problems', () => {
  it('stand at node, param, port or setting', () => {
    const found = place([problem('/nodes/1/params/field'), problem('/nodes/1/from/reset/0'), problem('/nodes/1/from/0'), problem('/settings/limit')], flow)
    expect(found.map(({ node, param, port, setting }) => [node, param, port, setting])).toEqual([
      ['b', 'field', null, null], ['b', 'from', 'reset', null], ['b', 'from', null, null], [null, null, null, 'limit'],
    ])
  })

  it('of a param that is missing stand at that param', () => {
    const missing = (path: string): Problem => ({ code: 'missing_key', path, message: '', severity: 'error', key: 'above' })
    expect(place([missing('/nodes/1/params'), missing('/nodes/1/params/values'), missing('/nodes/1')], flow).map(({ param }) => param)).toEqual(['above', 'values', null])
  })

  it('are mended by one edit of their node, wherever it stands by now, and that edit is undone', () => {
    const [wrong] = place([problem('/nodes/1/params/field', { path: '/nodes/1/params/field', value: 'temperature' })], flow)
    const moved = { ...flow, nodes: [flow.nodes[1]!, flow.nodes[0]!] }
    const change = fixChange(moved, wrong!)!
    const after = edit(startHistory(moved), change)
    expect(after.document.nodes[0]!.params).toEqual({ field: 'temperature' })
    expect(after.document.nodes[1]).toBe(moved.nodes[1])
    expect(undo(after).document).toEqual(moved)
    expect(fixChange({ ...flow, nodes: [flow.nodes[0]!] }, wrong!)).toBeNull()
  })

  it('of the flow itself are mended too', () => {
    const [wrong] = place([problem('/name', { path: '/name', value: 'y' })], flow)
    expect(edit(startHistory(flow), fixChange(flow, wrong!)!).document.name).toBe('y')
  })
})

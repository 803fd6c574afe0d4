import { describe, expect, test } from 'vitest'
import type { FlowDocument } from './document'
import { differences, merged } from './proposal'

const BEFORE: FlowDocument = {
  suiro: 1, name: 'Kiln', settings: { limit: { value: 80 } },
  nodes: [
    { id: 'kiln', kind: 'devices', params: { type: 'kiln' } },
    { id: 'hot', kind: 'threshold', from: ['kiln'], params: { field: 'temperature', above: '$limit' } },
    { id: 'tell', kind: 'notify', from: ['hot.entered'], params: { to: 'line', text: 'hot' } },
    { id: 'calm', kind: 'notify', from: ['hot.cleared'], params: { to: 'line', text: 'calm' } },
  ],
  layout: { nodes: { calm: { x: 1, y: 2 } } },
}
const AFTER: FlowDocument = {
  suiro: 1, name: 'Kiln at night', settings: { limit: { value: 70 }, pause: { value: '10m' } },
  nodes: [
    { params: { type: 'kiln' }, kind: 'devices', id: 'kiln' },
    { id: 'hot', kind: 'threshold', from: ['kiln'], params: { field: 'temperature', above: '$limit', for: '5m' } },
    { id: 'rest', kind: 'cooldown', from: ['hot.entered'], params: { length: '$pause' } },
    { id: 'tell', kind: 'notify', from: ['rest'], params: { to: 'line', text: 'hot' } },
  ],
}
const all = differences(BEFORE, AFTER).map((difference) => difference.key)
const without = (...keys: string[]) => merged(BEFORE, AFTER, new Set(all.filter((key) => !keys.includes(key))))
const node = (document: FlowDocument, id: string) => document.nodes.find((one) => one.id === id)

describe('an edit, change by change', () => {
  test('what was added, changed and removed is told apart; the order of keys is no change', () => {
    expect(differences(BEFORE, AFTER).map(({ key, what }) => [key, what])).toEqual([
      ['node hot', 'edited'], ['node rest', 'added'], ['node tell', 'edited'], ['node calm', 'removed'],
      ['setting limit', 'setting'], ['setting pause', 'setting'], ['top name', 'top'],
    ])
    expect(differences(BEFORE, BEFORE)).toEqual([])
  })

  test('all of it is the proposal, none of it what was there', () => {
    expect(merged(BEFORE, AFTER, new Set(all))).toEqual(AFTER)
    const { layout: _, ...nothing } = merged(BEFORE, AFTER, new Set())
    const { layout: __, ...before } = BEFORE
    expect(nothing).toEqual(before)
  })

  test('what is not taken stays as it was', () => {
    expect(without('node hot', 'setting limit', 'top name')).toMatchObject({ name: 'Kiln', settings: { limit: { value: 80 }, pause: { value: '10m' } } })
    expect(node(without('node hot'), 'hot')?.params?.for).toBeUndefined()
    expect(node(without('node calm'), 'calm')).toEqual(BEFORE.nodes[3])
    expect(without('node calm').layout?.nodes?.calm).toEqual({ x: 1, y: 2 })
  })

  test('wires of a node that is not taken go with it, and a setting that is named stays', () => {
    expect(node(without('node rest'), 'tell')?.from).toEqual([])
    expect(without('node rest').settings).toHaveProperty('pause')
    expect(without('setting pause').settings).toHaveProperty('pause')
    expect(without('node rest', 'setting pause').settings).not.toHaveProperty('pause')
  })
})

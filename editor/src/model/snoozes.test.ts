import { expect, test } from 'vitest'
import { catalogOf, type KindInfo } from './catalog'
import type { FlowDocument } from './document'
import { registryOf } from './registry'
import { holdsNow, snoozesHere, snoozesOf, type Snooze } from './snoozes'

const kind = (id: string, more: Partial<KindInfo>): KindInfo => ({ id, group: 'x', icon: '', version: 1, inputs: [{ name: 'in', label: {} }], outputs: [{ name: 'out', label: {} }], words: {}, schema: {}, ...more })
const catalog = catalogOf([
  kind('spring', { inputs: [], schema: { properties: { type: { 'x-suiro': { ref: 'type' } } } } }), kind('tell', { held_as: 'notice' }), kind('switch', { held_as: 'command' }), kind('keep', {}),
])
const registry = registryOf({ types: [{ id: 'kiln' }, { id: 'lamp' }], devices: [{ id: 'k1', type: 'kiln' }, { id: 'l1', type: 'lamp' }] })
const document: FlowDocument = { suiro: 1, nodes: [
  { id: 'a', kind: 'spring', params: { type: 'kiln' } }, { id: 't', kind: 'tell', from: ['a'] }, { id: 's', kind: 'switch', from: ['a'] }, { id: 'k', kind: 'keep', from: ['a'] },
] }
const NOW = 1000
const around = { flow: 'f', document, catalog, registry, now: NOW }
const snooze = (part: Partial<Snooze>): Snooze => ({ id: JSON.stringify(part), flow: null, device: null, device_name: null, start: 0, until: 2000, commands: false, reason: '', by: null, count: 0, ...part })
const marks = (one: Snooze) => ['a', 't', 's', 'k'].filter((node) => snoozesOf([one], node, around).length > 0).join('')

test('a snooze marks notices, and commands only where it was said so', () => {
  expect(marks(snooze({ flow: 'f' }))).toBe('t')
  expect(marks(snooze({ flow: 'f', commands: true }))).toBe('ts')
})

test('that of a device marks the flows that its events come to, that of another flow none', () => {
  expect([marks(snooze({ device: 'k1' })), marks(snooze({ device: 'l1' })), marks(snooze({ flow: 'g' })), marks(snooze({ flow: 'g', device: 'k1' }))]).toEqual(['t', '', '', ''])
})

test('the header has those of the flow and of its devices, until they are over', () => {
  const all = [snooze({ flow: 'f', until: 3000 }), snooze({ device: 'k1' }), snooze({ device: 'l1' }), snooze({ flow: 'f', until: NOW }), snooze({ flow: 'g' })]
  expect(snoozesHere(all, around)).toEqual([all[1], all[0]])
  expect(snoozesHere([snooze({ flow: 'f', start: 1500 })], around)).toHaveLength(1)
  expect([holdsNow(snooze({}), NOW), holdsNow(snooze({ start: 1500 }), NOW)]).toEqual([true, false])
})

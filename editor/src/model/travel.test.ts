import { expect, test } from 'vitest'
import { isMoment, memoryChanges, newIn, travelled, typedValue, type Hop, type Told } from './travel'

const hop = (node: string, left: readonly string[] = []): Hop => ({
  node, way: 'event', port: 'in', now: 0, event: null, key: null, before: null, after: null, stood: null, stands: null,
  left: left.map((port) => ({ port, time: 1, device: 'k1', data: { t: 80 } })), did: [], troubles: [], due: null, weighed: null, why: null,
})
const told = (...hops: Hop[]): Told => ({ now: 0, hops, pending: [], cut: false, left_out: [], problems: [] })

test('what was reached is lit in the order of the way, each output with its last event', () => {
  const { wires, nodes } = travelled(told(hop('a', ['out']), hop('b', ['entered']), hop('c'), hop('b')))
  expect(Object.fromEntries(Object.entries(nodes).map(([id, { order, visits }]) => [id, [order, visits]]))).toEqual({ a: [0, 1], b: [1, 2], c: [2, 1] })
  expect(wires['a.out']).toMatchObject({ order: 0, count: 1, sample: { device: 'k1', data: { t: 80 } } })
  expect(Object.keys(wires)).toEqual(['a.out', 'b.entered'])
})

test('a memory is told by the names that have words, before and after', () => {
  expect(memoryChanges({ since: null, recent: 3 }, { since: 5, recent: 7 }, ['since', 'inside'])).toEqual([{ name: 'since', before: null, after: 5 }])
  expect(memoryChanges(null, 'strange', ['since'])).toEqual([])
})

test('only numbers about the time of the try are moments', () => {
  const now = Date.UTC(2026, 5, 1)
  expect([now, now - 86_400_000, 80, 3.5, null, now * 2].map((value) => isMoment(value, now))).toEqual([true, true, false, false, false, false])
})

test('what is typed becomes what the field carries, and an empty line is not sent', () => {
  expect([typedValue('79.5', 'number'), typedValue('x', 'number'), typedValue('true', 'boolean'), typedValue(' 5', 'string'), typedValue('', 'number')]).toEqual([79.5, undefined, true, ' 5', undefined])
  expect([typedValue('{"lat": 1}', 'location'), typedValue('open', undefined)]).toEqual([{ lat: 1 }, 'open'])
})

test('only what is new or other of an event is told of what went on', () => {
  expect(newIn({ t: 80, value: 81, at: { lat: 1 } }, { t: 80, at: { lat: 1 } })).toEqual({ value: 81 })
  expect(newIn({ t: 81 }, { t: 80 })).toEqual({ t: 81 })
})

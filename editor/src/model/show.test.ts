import { expect, test } from 'vitest'
import { MOST_POINTS, NOTHING_SEEN, bandsOf, lampOf, lineOf, placeOf, scaleOf, wholeShown, withShown, type Alert, type Point } from './show'

const alert = (id: number, pending = false): Alert => ({ id, at: id, kind: 'k', device: null, said: { en: `alert ${id}` }, pending })

test('a frame adds to what was seen, and leaves the rest as it was', () => {
  const before = wholeShown({ now: 5, readings: { a: { at: 1, data: { t: 1 } } }, step: 2 })
  const after = withShown(before, { now: 9, readings: { b: { at: 9, data: { t: 2 } } } })
  expect(after.readings).toEqual({ a: { at: 1, data: { t: 1 } }, b: { at: 9, data: { t: 2 } } })
  expect([after.now, after.step]).toEqual([9, 2])
  expect(withShown(before, { step: null }).step).toBeNull()
})

test('a point that comes twice is drawn once, and only the newest are kept', () => {
  const first = withShown(NOTHING_SEEN, { points: { s: [[1, 1], [2, 2]] } })
  const again = withShown(first, { points: { s: [[2, 2], [3, 3]] } })
  expect(again.points.s).toEqual([[1, 1], [2, 2], [3, 3]])
  const many = Array.from({ length: 400 }, (_, i): Point => [i + 10, i])
  expect(withShown(again, { points: { s: many } }).points.s).toHaveLength(MOST_POINTS)
})

test('an alert that comes again replaces itself', () => {
  const before = withShown(NOTHING_SEEN, { alerts: [alert(1, true), alert(2)] })
  expect(withShown(before, { alerts: [alert(1)] }).alerts.map((one) => [one.id, one.pending])).toEqual([[1, false], [2, false]])
})

test('a lamp is what a field says in a word of light', () => {
  expect(lampOf({ at: 0, data: { mode: 'auto', color: 'red' } })).toBe('red')
  expect(lampOf({ at: 0, data: { color: 'purple' } })).toBeNull()
  expect(lampOf(undefined)).toBeNull()
})

test('a line goes from the first point to now, with its limits in sight', () => {
  const points: Point[] = [[0, 60], [50, 70]]
  const scale = scaleOf(points, [{ value: 80, label: '' }], 100)!
  expect(scale.bottom).toBeLessThan(60)
  expect(scale.top).toBeGreaterThan(80)
  const { path, end } = lineOf(points, scale, 200, 100)
  expect(path.startsWith('M0 ')).toBe(true)
  expect(end[0]).toBe(100)
  const calm = scaleOf([[0, 100], [1, 101]], [], 1)!
  expect(calm.top - calm.bottom).toBeGreaterThan(8)
  expect(scaleOf([[0, 'red']], [], 10)).toBeNull()
})

test('words are bands from when to when', () => {
  expect(bandsOf([[0, 'green'], [10, 'green'], [50, 'red']], 100)).toEqual([{ from: 0, to: 0.5, word: 'green' }, { from: 0.5, to: 1, word: 'red' }])
})

test('a device that says where it is stands there on a plan that is tied to the earth, and nowhere else', () => {
  const toPlan = [0, 0.1, 0, 1, 0, -0.1]
  expect(placeOf({ at: 0, data: { speed: 3, position: { lat: 4, lon: 2 } } }, toPlan)).toEqual([0.2, 0.6])
  expect(placeOf({ at: 0, data: { position: { lat: 4, lon: 12 } } }, toPlan)).toBeNull()
  expect(placeOf({ at: 0, data: { position: { lat: 4, lon: 2 } } }, null)).toBeNull()
  expect(placeOf({ at: 0, data: { speed: 3 } }, toPlan)).toBeNull()
  expect(placeOf(undefined, toPlan)).toBeNull()
})

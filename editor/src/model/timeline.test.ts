import { describe, expect, test } from 'vitest'
import { timelineOf } from './timeline'

describe('a stream of a trial as a picture', () => {
  test('a field that changes is a line between its lowest and its highest value', () => {
    const { length, lines, fired } = timelineOf({
      given: [
        { device: 'm-1', from: '0s', every: '1m', until: '2m', data: { current: 20, temp: 70 } },
        { device: 'm-1', at: '3m', data: { current: 20, temp: 90 } },
      ],
      fired: [{ at: '5m', node: 'tell', device: 'm-1', data: { text: 'hot' } }],
      until: '10m',
    })
    expect(length).toBe(600_000)
    expect(lines).toEqual([{ device: 'm-1', field: 'temp', low: '70', high: '90', points: [[0, 0], [60_000, 0], [120_000, 0], [180_000, 1]] }])
    expect(fired).toEqual([{ at: 300_000, node: 'tell', text: 'hot' }])
  })

  test('words stand on steps, a value on a line moves along it, and rows are put in order of time', () => {
    const { lines } = timelineOf({
      given: [
        { device: 'd', at: '4s', data: { door: 'shut' } },
        { device: 'd', at: '2s', data: { door: 'open' } },
        { device: 'e', from: '0s', every: '1s', until: '2s', data: { level: { from: 1, to: 3 } } },
      ],
      fired: [],
    })
    expect(lines.map((line) => [line.field, line.low, line.high])).toEqual([['door', 'open', 'shut'], ['level', '1', '3']])
    expect(lines[0]!.points).toEqual([[2_000, 0], [4_000, 1]])
    expect(lines[1]!.points).toEqual([[0, 0], [1_000, 0.5], [2_000, 1]])
  })

  test('where nothing changes the first field is shown, and never more than three lines', () => {
    const data = { a: 1, b: 2, c: 3, d: 4 }
    const { lines, length } = timelineOf({ given: [{ device: 'x', at: '0s', data }], fired: [] })
    expect(lines.map((line) => line.field)).toEqual(['a'])
    const later = { device: 'x', at: '1s', data: { a: 2, b: 3, c: 4, d: 5 } }
    expect(timelineOf({ given: [{ device: 'x', at: '0s', data }, later], fired: [] }).lines.map((line) => line.field)).toEqual(['a', 'b', 'c'])
    expect(lines[0]!.points).toEqual([[0, 0.5]])
    expect(length).toBe(1)
  })

  test('a long row is drawn with few points', () => {
    const { lines } = timelineOf({ given: [{ device: 'x', from: '0s', every: '1s', until: '10h', data: { v: { from: 0, to: 1 } } }], fired: [] })
    expect(lines[0]!.points.length).toBeLessThanOrEqual(201)
  })
})

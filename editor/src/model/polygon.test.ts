import { describe, expect, it } from 'vitest'
import { BOX, gridStep, liesOn, planCorners, planMatrix, pulled, toBox, toPlace, viewOf, withCorner, type ToEarth } from './polygon'

const YARD = [{ lat: 35, lon: 139 }, { lat: 35, lon: 139.004 }, { lat: 35.002, lon: 139.004 }, { lat: 35.002, lon: 139 }]

describe('polygon', () => {
  it('shows all corners inside the box, and gives back what it shows', () => {
    const view = viewOf(YARD)!
    for (const place of YARD) {
      const { x, y } = toBox(view, place)
      expect(x > 0 && x < BOX.width && y > 0 && y < BOX.height).toBe(true)
      expect(toPlace(view, { x, y })).toEqual(place)
    }
    expect(toBox(view, YARD[0]!).y).toBeGreaterThan(toBox(view, YARD[3]!).y)
  })

  it('has a view of one place and none of nothing', () => {
    expect(viewOf([])).toBeNull()
    expect(viewOf([YARD[0]!])!.across).toBe(200)
    expect(toPlace({ middle: { lat: 89.9999, lon: 0 }, across: 1e6 }, { x: 0, y: -1000 }).lat).toBe(90)
  })

  it('lays the grid in round metres', () => {
    expect(gridStep({ middle: YARD[0]!, across: 600 })).toBe(100)
    expect(gridStep({ middle: YARD[0]!, across: 700 })).toBe(200)
  })

  it('lays a plan where it is, turned or not, and knows what is on it', () => {
    const northUp: ToEarth = [139, 0.004, 0, 35.002, 0, -0.002]
    expect(planCorners(northUp)[2]).toEqual({ lat: 35, lon: 139.004 })
    const view = viewOf(planCorners(northUp), 1)!
    const numbers = planMatrix(view, northUp).slice(7, -1).split(' ').map(Number)
    const [start, end] = [toBox(view, planCorners(northUp)[0]!), toBox(view, planCorners(northUp)[2]!)]
    const [a, b, c, d, e, f] = numbers as [number, number, number, number, number, number]
    expect([e, f]).toEqual([start.x, start.y])
    expect(a + c + e).toBeCloseTo(end.x)
    expect(b + d + f).toBeCloseTo(end.y)
    const eastUp: ToEarth = [139.004, 0, -0.004, 35.002, -0.002, 0]
    expect(liesOn(eastUp, [{ lat: 35.001, lon: 139.001 }])).toBe(true)
    expect(liesOn(eastUp, [{ lat: 35.001, lon: 139.001 }, { lat: 35.003, lon: 139.001 }])).toBe(false)
  })

  it('is pulled along with what is under the finger', () => {
    const view = viewOf(YARD)!
    const before = toBox(view, YARD[0]!)
    const after = toBox(pulled(view, { x: 30, y: -10 }), YARD[0]!)
    expect(after.x - before.x).toBeCloseTo(30, 1)
    expect(after.y - before.y).toBeCloseTo(-10, 1)
  })

  it('puts a new corner into the nearest side', () => {
    const between = { lat: 35.0001, lon: 139.002 }
    expect(withCorner(YARD, between)[1]).toEqual(between)
    const last = { lat: 35.001, lon: 138.9999 }
    expect(withCorner(YARD, last)[4]).toEqual(last)
    expect(withCorner(YARD.slice(0, 2), last)).toHaveLength(3)
  })
})

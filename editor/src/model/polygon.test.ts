import { describe, expect, it } from 'vitest'
import { BOX, gridStep, toBox, toPlace, viewOf, withCorner } from './polygon'

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

  it('puts a new corner into the nearest side', () => {
    const between = { lat: 35.0001, lon: 139.002 }
    expect(withCorner(YARD, between)[1]).toEqual(between)
    const last = { lat: 35.001, lon: 138.9999 }
    expect(withCorner(YARD, last)[4]).toEqual(last)
    expect(withCorner(YARD.slice(0, 2), last)).toHaveLength(3)
  })
})

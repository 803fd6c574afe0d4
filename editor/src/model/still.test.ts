import { describe, expect, it } from 'vitest'
import { placeOf, stepped } from './corners'
import { changed, forward, nameAt, outlinesIn, withAdded, withMoved, withOutline, writtenAs } from './still'

const PRESS = { name: 'press', polygon: [{ x: 0, y: 0.5 }, { x: 0.5, y: 0.5 }, { x: 0.5, y: 1 }] }
const DOOR = { name: 'door', from: { x: 0.2, y: 0.5 }, to: { x: 0.8, y: 0.5 } }
const PART = { left: 0.1, top: 0.2, right: 0.6, bottom: 0.9 }

describe('corners', () => {
  it('puts a new one into the nearest side, and the first three in their order', () => {
    const square = [{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 1, y: 1 }, { x: 0, y: 1 }]
    expect(placeOf({ x: 0.5, y: 0.1 }, square)).toBe(1)
    expect(placeOf({ x: 0.1, y: 0.5 }, square)).toBe(4)
    expect(placeOf({ x: 0.5, y: 0.1 }, square.slice(0, 2))).toBe(2)
  })

  it('moves one by keys, farther with shift, and takes it away by Delete', () => {
    expect(stepped({ key: 'ArrowUp', shiftKey: false }, { x: 5, y: 5 })).toEqual({ x: 5, y: 3 })
    expect(stepped({ key: 'ArrowRight', shiftKey: true }, { x: 5, y: 5 })).toEqual({ x: 15, y: 5 })
    expect(stepped({ key: 'Backspace', shiftKey: false }, { x: 5, y: 5 })).toBe('gone')
    expect(stepped({ key: 'a', shiftKey: false }, { x: 5, y: 5 })).toBeNull()
  })
})

describe('still', () => {
  it('writes what it reads', () => {
    expect(writtenAs(outlinesIn([PRESS], 'polygons'), 'polygons')).toEqual([PRESS])
    expect(writtenAs(outlinesIn([DOOR], 'lines'), 'lines')).toEqual([DOOR])
    expect(writtenAs(outlinesIn(PART, 'crop'), 'crop')).toEqual(PART)
    expect(writtenAs(outlinesIn(undefined, 'crop'), 'crop')).toBeUndefined()
    expect(writtenAs([], 'polygons')).toBeUndefined()
  })

  it('keeps rows that are not finished', () => {
    expect(outlinesIn([{}, 'nonsense', { name: 'x', polygon: [{ x: 0.5 }] }], 'polygons')).toEqual([
      { name: '', corners: [] }, { name: '', corners: [] }, { name: 'x', corners: [] },
    ])
    expect(writtenAs(outlinesIn([{ name: 'door', from: { x: 0, y: 0 } }], 'lines'), 'lines')).toEqual([{ name: 'door', from: { x: 0, y: 0 } }])
  })

  it('names a new one by the first free number', () => {
    const two = withOutline(withOutline([], 'polygons', 'Zone'), 'polygons', 'Zone')
    expect(two.map((one) => one.name)).toEqual(['Zone 1', 'Zone 2'])
    expect(withOutline(two.slice(1), 'polygons', 'Zone').map((one) => one.name)).toEqual(['Zone 2', 'Zone 1'])
  })

  it('moves a corner inside the picture only, to a thousandth', () => {
    const [press] = outlinesIn([PRESS], 'polygons')
    expect(withMoved(press!, 'polygons', 1, { x: 1.4, y: 0.12345 })).toEqual([{ x: 0, y: 0.5 }, { x: 1, y: 0.123 }, { x: 0.5, y: 1 }])
  })

  it('keeps a part wider than nothing, whichever corner is pulled over the other', () => {
    const [crop] = outlinesIn(PART, 'crop')
    expect(withMoved(crop!, 'crop', 0, { x: 0.9, y: 0.95 })).toEqual([{ x: 0.58, y: 0.88 }, { x: 0.6, y: 0.9 }])
    expect(withMoved(crop!, 'crop', 1, { x: 0, y: 0 })).toEqual([{ x: 0.1, y: 0.2 }, { x: 0.12, y: 0.22 }])
  })

  it('takes corners until a line has two', () => {
    const begun = { name: 'door', corners: [{ x: 0.1, y: 0.1 }] }
    const whole = withAdded(begun, 'lines', { x: 0.9, y: 0.1 })
    expect(whole).toEqual([{ x: 0.1, y: 0.1 }, { x: 0.9, y: 0.1 }])
    expect(withAdded({ name: 'door', corners: whole }, 'lines', { x: 0.5, y: 0.5 })).toEqual(whole)
    expect(changed([begun], 0, { corners: whole })[0]!.name).toBe('door')
  })

  it('points forward to the right of a line, as the node counts it', () => {
    const [middle, end] = forward([{ x: 0, y: 50 }, { x: 100, y: 50 }], 20)
    expect(middle).toEqual({ x: 50, y: 50 })
    expect(end).toEqual({ x: 50, y: 70 })
  })

  it('writes a name over the highest corner', () => {
    expect(nameAt(outlinesIn([PRESS], 'polygons')[0]!.corners)).toEqual({ x: 0, y: 0.5 })
    expect(nameAt([])).toBeNull()
  })
})

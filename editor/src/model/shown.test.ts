import { describe, expect, it } from 'vitest'
import { pictureIn, shownValue } from './shown'

describe('a value at a glance', () => {
  it('says a place in degrees and other things as they are', () => {
    expect(shownValue({ lat: 35.00012345, lon: 139 })).toBe('35.000123, 139')
    expect(shownValue({ lat: 'x', lon: 139 })).toBe('{"lat":"x","lon":139}')
    expect(shownValue(12.3456, '°C')).toBe('12.35 °C')
    expect(shownValue('x'.repeat(100))).toHaveLength(81)
    expect(shownValue(null)).toBe('–')
  })
  it('knows a picture by its handle, and nothing else', () => {
    const handle = { $picture: 'ab'.repeat(32), width: 640, height: 480 }
    expect(pictureIn(handle)).toEqual({ sha256: 'ab'.repeat(32), width: 640, height: 480 })
    expect(shownValue(handle)).toBe('640 × 480')
    expect(pictureIn({ ...handle, $picture: '../settings' })).toBeNull()
    expect(pictureIn({ ...handle, width: 'x' })).toBeNull()
    expect(pictureIn('ab'.repeat(32))).toBeNull()
  })
})

import { describe, expect, it } from 'vitest'
import { shownValue } from './shown'

describe('a value at a glance', () => {
  it('says a place in degrees and other things as they are', () => {
    expect(shownValue({ lat: 35.00012345, lon: 139 })).toBe('35.000123, 139')
    expect(shownValue({ lat: 'x', lon: 139 })).toBe('{"lat":"x","lon":139}')
    expect(shownValue(12.3456, '°C')).toBe('12.35 °C')
    expect(shownValue('x'.repeat(100))).toHaveLength(81)
    expect(shownValue(null)).toBe('–')
  })
})

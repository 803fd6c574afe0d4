import { describe, expect, it } from 'vitest'
import { spokenAge } from './age'
import { catalogOf, type KindInfo } from './catalog'
import { complete, completed, type Word } from './completion'
import { lastAt, MOST_RECENT, seenOn, seriesOf, sparkline, withFrame, withValues, type Taps } from './samples'

const NOON = Date.parse('2026-01-05T12:00:00Z')
const frame = (count: number, temperature: number, device = 'k1') => ({ 'kiln.out': { count, rate: 1, time: new Date(NOON + count * 1000).toISOString(), device, data: { temperature } } })
const kind = (id: string, inputs: number): KindInfo => ({ id, group: 'filter', icon: '', version: 1, inputs: inputs ? [{ name: 'in', label: {} }] : [], outputs: [{ name: 'out', label: {} }], words: {}, schema: {} })
const catalog = catalogOf([kind('devices', 0), kind('condition', 1)])
const document = { suiro: 1 as const, nodes: [{ id: 'kiln', kind: 'devices' }, { id: 'hot', kind: 'condition', from: ['kiln'] }] }

describe('samples', () => {
  it('reads the time as the server writes it and keeps the last events, not more', () => {
    let taps: Taps = {}
    for (let n = 1; n <= MOST_RECENT + 5; n += 1) taps = withFrame(taps, frame(n, n), n)
    const tap = taps['kiln.out']!
    expect(tap.time).toBe(NOON + (MOST_RECENT + 5) * 1000)
    expect(seriesOf(tap, 'temperature', 'k1')).toHaveLength(MOST_RECENT)
    expect(seriesOf(tap, 'temperature', 'k2')).toEqual([])
    expect(withFrame(taps, frame(MOST_RECENT + 5, 1), 999)['kiln.out']!.heard).toBe(MOST_RECENT + 5)
  })

  it('finds the last event at a node: held before live, live before what devices said', () => {
    const values = withValues({}, { k1: { time: new Date(NOON).toISOString(), data: { temperature: 1 } } })
    const taps = withFrame({}, frame(1, 2), 0)
    const held = { 'kiln.out': { time: 0, device: 'k9', data: { temperature: 3 } } }
    const at = (seen: Parameters<typeof lastAt>[3]) => lastAt(document, catalog, 'hot', seen, ['k1', 'k2'])?.data.temperature
    expect(at({ taps: {}, held: {}, values: {} })).toBeUndefined()
    expect(at({ taps: {}, held: {}, values })).toBe(1)
    expect(at({ taps, held: {}, values })).toBe(2)
    expect(at({ taps, held, values })).toBe(3)
    expect(lastAt(document, catalog, 'kiln', { taps, held, values }, ['k1'])).toBeNull()
  })

  it('follows one event by its device and time', () => {
    const same = frame(1, 2)['kiln.out']
    const taps = withFrame({}, { 'kiln.out': same, 'hot.out': { ...same, count: 9 }, 'cool.out': { ...same, device: 'k2' } }, 0)
    const later = withFrame(taps, frame(10, 7), 1)
    expect(['kiln.out', 'hot.out', 'cool.out', 'none.out'].map((output) => seenOn(later[output], taps['kiln.out']!)?.data.temperature)).toEqual([2, 2, undefined, undefined])
  })

  it('draws a line in its box, flat in the middle', () => {
    expect(sparkline([1], 10, 4)).toBe('')
    expect(sparkline([1, 3, 2], 10, 4)).toBe('0,4 5,0 10,2')
    expect(sparkline([5, 5], 10, 4)).toBe('0,2 10,2')
  })

  it('says an age in one unit', () => {
    expect(spokenAge(NOON - 125_000, NOON, 'en')).toMatch(/^2\s?min/)
    expect(spokenAge(NOON - 3 * 86_400_000, NOON, 'ja')).toMatch(/^3\s?日前/)
    expect(spokenAge(NOON + 500, NOON, 'en')).toBe('now')
  })
})

const WORDS: Word[] = [
  { text: 'size', sort: 'function' }, { text: 'temperature', label: 'heat', sort: 'field' }, { text: 'settings.limit', sort: 'setting' },
  { text: 'math.round', sort: 'function' }, { text: '.startsWith', sort: 'function' },
]

describe('completion', () => {
  const texts = (text: string) => complete(text, text.length, WORDS)?.words.map((word) => word.text) ?? []
  it('offers what begins as written, fields first, by name or label', () => {
    expect(texts('s')).toEqual(['settings.limit', 'size'])
    expect(texts('1 + HE')).toEqual(['temperature'])
    expect(texts('settings.')).toEqual(['settings.limit'])
    expect(texts('temperature.st')).toEqual(['.startsWith'])
  })
  it('keeps still in quotes, on blank ground and on a finished word', () => {
    expect(texts("door == 's")).toEqual([])
    expect(texts("'a\\'' + s")).toHaveLength(2)
    expect(texts('1 + ')).toEqual([])
    expect(texts('temperature')).toEqual([])
  })
  it('puts the cursor into the brackets of a function, and opens none twice', () => {
    expect(completed('1 + math.r', complete('1 + math.r', 10, WORDS)!, WORDS[3]!)).toEqual({ text: '1 + math.round()', at: 15 })
    expect(completed('si(x)', complete('si(x)', 2, WORDS)!, WORDS[0]!)).toEqual({ text: 'size(x)', at: 4 })
  })
})

import { expect, test } from 'vitest'
import { CATALOG } from './arbitrary'
import type { FlowDocument } from './document'
import { formatDuration, parseDuration, readDuration, spokenDuration } from './duration'
import { freshId, freshName } from './ids'
import { layerOf, layOut } from './layers'
import { searchKinds } from './search'
import { sayTrouble } from './troubles'

const flow: FlowDocument = {
  suiro: 1,
  settings: { limit: { value: 80 } },
  nodes: [{ id: 'a', kind: 'spring' }, { id: 'b', kind: 'gate', from: ['a'], params: { field: 'temprature' } }, { id: 'c', kind: 'end', from: ['b'] }],
}

test('durations are read as people write them in both languages', () => {
  for (const [text, meant] of [['5m', '5m'], ['5 分', '5m'], ['90 sec', '90s'], ['1.5h', '1h30m'], ['１時間３０分', '1h30m'], ['2 days', '2d'], ['soon', null], ['5', null], ['-3s', null]] as const) {
    expect(readDuration(text), text).toBe(meant)
  }
  expect(parseDuration('1h30m')).toBe(5_400_000)
  expect(formatDuration(90_000)).toBe('1m30s')
  expect(spokenDuration('5m', 'ja')).toBe('5分')
  expect(spokenDuration('1h30m', 'en')).toBe('1 h 30 min')
  expect(spokenDuration('0s', 'ja')).toBe('すぐに')
})

test('fresh ids are valid and never taken', () => {
  expect(freshId(flow, 'a')).toBe('a_2')
  expect(freshId(flow, 'Kiln 1!')).toBe('kiln_1')
  expect(freshId(flow, '炉')).toBe('n')
  expect(freshName(new Set(['limit', 'limit_2']), 'limit_2')).toBe('limit_3')
})

test('layers follow the wires and nothing overlaps', () => {
  expect([...layerOf(flow, CATALOG).values()]).toEqual([0, 1, 2])
  const places = layOut(flow, CATALOG, () => ({ width: 200, height: 60 }))
  expect(places.b!.x).toBeGreaterThan(places.a!.x + 200)
  const circle: FlowDocument = { suiro: 1, nodes: [{ id: 'a', kind: 'gate', from: ['b'] }, { id: 'b', kind: 'gate', from: ['a'] }] }
  expect(Object.keys(layOut(circle, CATALOG, () => ({ width: 1, height: 1 })))).toHaveLength(2)
})

test('search folds width and kana and wants every word', () => {
  const kinds = [{ ...CATALOG.kinds[0]!, words: { ja: { label: 'しきい値', summary: '値をくらべる' }, en: { label: 'Threshold', summary: 'compare a value' } } }, CATALOG.kinds[1]!]
  expect(searchKinds(kinds, 'シキイ', 'ja')).toHaveLength(1)
  expect(searchKinds(kinds, 'ＴＨＲＥＳ compare', 'en')).toHaveLength(1)
  expect(searchKinds(kinds, 'thres nothing', 'en')).toHaveLength(0)
})

test('a trouble is said with the first text whose names are all known', () => {
  const book = { missing: { severity: 'error', en: ['No field “{field}”.', 'A field is missing.'], ja: ['項目「{field}」がありません。', '項目がありません。'] } }
  expect(sayTrouble(book, 'missing', { field: 'temp' }, 'en')).toBe('No field “temp”.')
  expect(sayTrouble(book, 'missing', {}, 'ja')).toBe('項目がありません。')
  expect(sayTrouble(book, 'never_heard_of', {}, 'en')).toBe('never_heard_of')
})

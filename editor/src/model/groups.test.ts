import { describe, expect, it } from 'vitest'
import generated from '../generated/catalog.json'
import { catalogOf, type KindInfo, type Schema } from './catalog'
import { goesWith, oneOfIn } from './groups'
import { inner, propertiesOf } from './schema'
import type { FlowNode } from './document'
import { summaryOf } from './summary'

const catalog = catalogOf((generated as unknown as { kinds: KindInfo[] }).kinds)
const withAreas = catalog.kinds.find((kind) => propertiesOf(kind.schema)['areas'])!
const area = inner(propertiesOf(withAreas.schema)['areas']!.items as Schema, withAreas.schema).plain

describe('a choice inside a row', () => {
  it('shows the chosen one, what belongs to it, and what belongs to all', () => {
    const group = oneOfIn(area)
    expect(group).toEqual(['center', 'polygon'])
    const shown = (chosen: string) => Object.entries(propertiesOf(area)).filter(([name, schema]) => !goesWith(group, chosen, name, schema, withAreas.schema)).map(([name]) => name)
    expect(shown('center')).toEqual(['name', 'center', 'radius'])
    expect(shown('polygon')).toEqual(['name', 'polygon'])
  })
})

describe('what a card says of a choice', () => {
  it.each([['en', 'wait until it was outside once'], ['ja', '一度外に出るまで待つ']] as const)('is its words, not its value: %s', (lang, words) => {
    const node = { id: 'dock', kind: withAreas.id, params: { field: 'position', already: 'wait', areas: [{ name: 'Dock' }] } }
    const said = summaryOf(node, withAreas, { document: { suiro: 1, name: 'Yard', nodes: [node] }, registry: { types: [], devices: [], destinations: [], models: [] } as never, fields: [], lang, same: 'same', word: (word) => word })
    expect(said).toContain(words)
    expect(said).not.toMatch(/\bwait\b(?! until)/)
  })
})

it('devices that share something with the event are said so', () => {
  const types = [{ id: 'tower', label: { en: 'signal tower', ja: '信号灯' } }]
  const node: FlowNode = { id: 'red', kind: 'act', params: { device: { type: 'tower', where: { hall: 'same', floor: '2F' } } } }
  const kind = { ...withAreas, schema: { type: 'object', properties: { device: {} } } } as never
  const said = (lang: 'ja' | 'en') => summaryOf(node, kind, { document: { suiro: 1, nodes: [node] }, registry: { types, devices: [], destinations: [], models: [], tables: [] }, fields: [], lang, same: 'same', word: (word) => word })
  expect(said('en')).toBe('signal tower (same hall, floor 2F)')
  expect(said('ja')).toBe('信号灯(samehall, floor 2F)') // the words of Japanese need no space
})

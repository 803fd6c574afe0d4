import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyDocument } from './arbitrary'
import { chordOf, shownChord } from './chords'
import { contested, firstChoice, rebased, reconciled } from './conflict'
import type { FlowDocument } from './document'
import { findIn } from './find'
import { namesOf, nodeName } from './naming'
import { edit, redo, startHistory, undo } from './history'
import { historyFrom, keptText, unsavedFrom } from './kept'
import { differences } from './proposal'
import { CATALOG } from './arbitrary'

const named = (name: string) => ({ t: 'put', key: 'name', value: name }) as const

test('undo and redo outlive a reload', () => {
  fc.assert(fc.property(anyDocument, fc.array(fc.string(), { maxLength: 9 }), fc.nat(9), (document, names, back) => {
    let history = names.reduce((h, name) => edit(h, named(name)), startHistory(document))
    for (let i = 0; i < back; i += 1) history = undo(history)
    let again = historyFrom(keptText(history), structuredClone(history.document))
    expect(again.past.length).toBe(history.past.length)
    while (again.past.length) again = undo(again)
    expect(again.document).toEqual(document)
    while (again.future.length) again = redo(again)
    expect(again.document).toEqual(names.length ? { ...document, name: names.at(-1) } : document)
  }))
})

test('what is kept is bounded, belongs to its document, and nonsense is a fresh start', () => {
  const start: FlowDocument = { suiro: 1, nodes: [] }
  let history = startHistory(start)
  for (let i = 0; i < 60; i += 1) history = edit(history, named('x'.repeat(i + 100)))
  const text = keptText(history, null, 5000)
  expect(text.length).toBeLessThanOrEqual(5000)
  const again = historyFrom(text, history.document)
  expect(again.past.length).toBeGreaterThan(3)
  expect(undo(again).document).toEqual(undo(history).document)
  expect(historyFrom(text, start).past).toEqual([])
  for (const bad of [null, '', '{', '{"suiro_undo":1}', '[]']) expect(historyFrom(bad, start).past).toEqual([])
})

test('what never reached the server comes back with what it was made on, and with its undo', () => {
  const start: FlowDocument = { suiro: 1, nodes: [] }
  const history = edit(startHistory(start), named('Mine'))
  const text = keptText(history, { revision: 4, base: start })
  expect(unsavedFrom(text, start)).toEqual({ history, unsaved: { revision: 4, base: start } })
  expect(unsavedFrom(text, structuredClone(history.document))).toBeNull()
  expect(unsavedFrom(keptText(history), start)).toBeNull()
  expect(unsavedFrom(null, start)).toBeNull()
})

const base: FlowDocument = { suiro: 1, name: 'Kilns', settings: { limit: { value: 80 } }, nodes: [{ id: 'a', kind: 'spring' }, { id: 'b', kind: 'gate', from: ['a'] }], layout: { nodes: { a: { x: 0, y: 0 }, b: { x: 9, y: 0 } } } }
const mine: FlowDocument = { ...base, name: 'Mine', nodes: [base.nodes[0]!, { ...base.nodes[1]!, label: 'Hot' }], layout: { nodes: { a: { x: 5, y: 5 }, b: { x: 9, y: 0 } } } }
const theirs: FlowDocument = { ...base, name: 'Theirs', settings: { limit: { value: 70 } }, nodes: [...base.nodes, { id: 'c', kind: 'end', from: ['b'] }], notes: [{ id: 'n1' }] }

test('who changed what is told apart, and both keep their work until the person chooses', () => {
  const found = contested(base, mine, theirs)
  expect(found.map(({ difference, by }) => [difference.key, by])).toEqual([['node b', 'mine'], ['node c', 'theirs'], ['setting limit', 'theirs'], ['top name', 'both']])
  const joined = reconciled(base, mine, theirs, firstChoice(found))
  expect(joined.name).toBe('Mine')
  expect(joined.settings).toEqual({ limit: { value: 70 } })
  expect(joined.nodes.map((node) => node.label ?? node.id)).toEqual(['a', 'Hot', 'c'])
  expect(joined.layout!.nodes!.a).toEqual({ x: 5, y: 5 })
  expect(joined.notes).toEqual([{ id: 'n1' }])
  expect(reconciled(base, mine, theirs, new Set()).name).toBe('Theirs')
})

test('what an author wrote leaves alone what its person changed meanwhile', () => {
  const { whole, both } = rebased(base, mine, theirs)
  expect(both).toEqual(new Set(['top name']))
  expect(differences(mine, whole).map(({ key }) => key)).toEqual(['node c', 'setting limit', 'top name'])
  expect(whole.nodes.map((node) => node.label ?? node.id)).toEqual(['a', 'Hot', 'c'])
  expect(rebased(base, base, theirs)).toEqual({ whole: theirs, both: new Set() })
  fc.assert(fc.property(anyDocument, anyDocument, (was, draft) => {
    const { whole, both } = rebased(was, draft, was)
    expect([differences(draft, whole), both.size]).toEqual([[], 0])
  }))
})

test('two that agree have nothing to choose', () => {
  fc.assert(fc.property(anyDocument, anyDocument, (one, other) => {
    expect(contested(one, other, other)).toEqual([])
    expect(firstChoice(contested(one, one, other)).size).toBe(0)
    expect(reconciled(one, one, other, new Set()).nodes.map((node) => node.id).toSorted()).toEqual(other.nodes.map((node) => node.id).toSorted())
  }))
})

test('the flow is searched by names, params, settings and notes', () => {
  const flow: FlowDocument = { ...base, settings: { limit: { value: 80, unit: '°C', label: 'Overheating limit' } }, nodes: [base.nodes[0]!, { id: 'b', kind: 'gate', label: 'Too hot', params: { field: 'temperature' } }], notes: [{ id: 'n1', text: 'Ask Ken\nabout the fan', x: 0, y: 0, width: 9, height: 9 }] }
  const found = (query: string) => findIn(flow, CATALOG, 'en', query).map((hit) => [hit.what, hit.id])
  expect(found('too')).toEqual([['node', 'b']])
  expect(found('TEMPERATURE')).toEqual([['node', 'b']])
  expect(findIn(flow, CATALOG, 'en', 'temperature')[0]!.found).toBe('field: temperature')
  expect(found('80')).toEqual([['setting', 'limit']])
  expect(found('fan')).toEqual([['note', 'n1']])
  expect(found('hot temp')).toEqual([['node', 'b']])
  expect(found('')).toEqual([])
})

test('a chord is written one way, whatever keyboard it came from', () => {
  const press = (key: string, mods: Partial<{ ctrlKey: boolean; metaKey: boolean; shiftKey: boolean; altKey: boolean }> = {}) => chordOf({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...mods })
  expect([press('Z', { ctrlKey: true, shiftKey: true }), press('z', { metaKey: true }), press('?', { shiftKey: true }), press('ArrowUp', { shiftKey: true }), press('F')]).toEqual(['Mod+Shift+z', 'Mod+z', '?', 'Shift+ArrowUp', 'f'])
  expect([shownChord('Mod+Shift+z', false), shownChord('Mod+k', true), shownChord('+', false), shownChord('Shift+ArrowUp', false)]).toEqual(['Ctrl+Shift+Z', '⌘K', '+', 'Shift+↑'])
})

test('all names at once are the names one by one', () => {
  fc.assert(fc.property(anyDocument, (document) => {
    expect([...namesOf(document, CATALOG, 'en')]).toEqual(document.nodes.map(({ id }) => [id, nodeName(document, CATALOG, id, 'en')]))
  }))
})

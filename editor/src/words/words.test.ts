import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { en } from './en'
import { ja } from './ja'

const SRC = join(import.meta.dirname, '..')
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.ts$|^words|^generated/.test(name))
  .map((name) => ({ name, text: readFileSync(join(SRC, name), 'utf8') }))
const all = sources.map((source) => source.text).join('\n')

test('both languages have every word, and none is empty', () => {
  expect(Object.keys(ja)).toEqual(Object.keys(en))
  for (const words of [en, ja]) for (const [key, text] of Object.entries(words)) expect(text.trim(), key).not.toBe('')
})

test('both languages fill in the same names', () => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()
  for (const key of Object.keys(en) as (keyof typeof en)[]) expect(names(ja[key]), key).toEqual(names(en[key]))
})

test('every word is used somewhere', () => {
  const families = ['word.', ...[...all.matchAll(/`(\w+)\.\$\{/g)].map((match) => `${match[1]}.`)]
  const unused = Object.keys(en).filter((key) => !all.includes(`'${key}'`) && !families.some((family) => key.startsWith(family)))
  expect(unused).toEqual([])
})

test('no component holds a text of its own', () => {
  for (const { name, text } of sources.filter((source) => source.name.endsWith('.tsx'))) {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    const written = [...code.matchAll(/>\s*([A-Z][a-z]+(?: [a-z]+)+|[ぁ-んァ-ヶ一-龠]{2,})\s*</g)].map((match) => match[1])
    const spoken = [...code.matchAll(/(?:title|placeholder|aria-label)="([^"{]+)"/g)].map((match) => match[1]).filter((word) => word !== 'Asia/Tokyo')
    expect([...written, ...spoken], name).toEqual([])
  }
})

test('no kind of node is known by name outside generated/', () => {
  const catalog = JSON.parse(readFileSync(join(SRC, 'generated', 'catalog.json'), 'utf8')) as { kinds: { id: string }[] }
  // Words that also mean something else (an attribute of JSON Schema, a mark) are no kinds.
  const plain = new Set(['command', 'store'])
  for (const { id } of catalog.kinds.filter((kind) => !plain.has(kind.id))) {
    for (const { name, text } of sources) expect(text.includes(`'${id}'`) || text.includes(`"${id}"`), `${name} names ${id}`).toBe(false)
  }
})

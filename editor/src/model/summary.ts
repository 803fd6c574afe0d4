// A node's params in one line of words, read from its schema: no kind is known by name.
import { kindWords, spoken, type KindInfo, type Lang, type Schema } from './catalog'
import { spokenCron } from './cron'
import { sameContent, type FlowDocument, type FlowNode, type Json } from './document'
import { spokenDuration } from './duration'
import { choicesFor, type Registry, type TypeField } from './registry'
import { groupOf } from './groups'
import { inner, propertiesOf } from './schema'

export interface Surroundings {
  readonly document: FlowDocument
  readonly registry: Registry
  readonly fields: readonly TypeField[]
  readonly lang: Lang
  /** How "the event's own device" is said. */
  readonly same: string
  /** Everyday words that are values or names in schemas. */
  readonly word: (word: string) => string
}

export function summaryOf(node: FlowNode, kind: KindInfo | undefined, around: Surroundings): string {
  if (!kind) return ''
  const labels = kindWords(kind, around.lang)?.labels ?? {}
  const required = new Set(kind.schema.required ?? [])
  const parts = Object.entries(propertiesOf(kind.schema)).flatMap(([name, schema]): string[] => {
    const value = node.params?.[name]
    if (value === undefined || value === null || sameContent(resolved(value, around), schema.default)) return []
    if (value === false) return []
    const choice = typeof value === 'string' ? labels[`${name}.${value}`] : undefined
    const said = value === true ? '' : (choice ?? say(value, schema, kind.schema, node, around))
    const told = inner(schema, kind.schema).marks.format === 'cron' && said !== value
    const bare = said && (told || required.has(name) || (typeof value === 'object' && !Array.isArray(value)))
    const label = bare ? '' : (labels[name] ?? name)
    // "80 °C 以上": in Japanese a comparison follows its limit.
    const behind = around.lang === 'ja' && schema['x-suiro']?.unit_of !== undefined && groupOf(kind, name) !== null
    return [(behind ? [said, label] : [label, said]).filter(Boolean).join(' ')]
  })
  return parts.join(' · ') || (kindWords(kind, around.lang)?.summary ?? '')
}

/** The value that a param takes, be it from a setting. */
function resolved(value: Json, around: Surroundings): Json {
  return typeof value === 'string' && /^\$[a-z]/.test(value) ? (around.document.settings?.[value.slice(1)]?.value ?? value) : value
}

export function unitFor(schema: Schema, node: FlowNode, fields: readonly TypeField[]): string {
  const param = schema['x-suiro']?.unit_of
  const name = param ? node.params?.[param] : undefined
  return (typeof name === 'string' && fields.find((field) => field.name === name)?.unit) || ''
}

export function say(value: Json, schema: Schema, root: Schema, node: FlowNode, around: Surroundings): string {
  const { plain, marks, branches } = inner(schema, root)
  if (typeof value === 'string' && /^\$[a-z]/.test(value)) {
    const setting = around.document.settings?.[value.slice(1)]
    if (!setting) return value
    const said = say(setting.value, schema, root, node, around)
    return setting.unit && typeof setting.value === 'number' ? `${setting.value} ${setting.unit}` : said
  }
  if (typeof value === 'number') return [formatNumber(value), unitFor({ ...plain, 'x-suiro': marks }, node, around.fields)].filter(Boolean).join(' ')
  if (typeof value === 'string') return sayText(value, marks.ref ?? branches.find((branch) => branch['x-suiro']?.ref)?.['x-suiro']?.ref, marks.format, around)
  if (Array.isArray(value)) {
    const each = (item: Json, i: number) => {
      const part = plain.prefixItems?.[i] ?? (typeof plain.items === 'object' ? plain.items : {})
      return say(item, { ...part, 'x-suiro': { ...marks, ...part['x-suiro'] } }, root, node, around)
    }
    return value.map(each).join(plain.prefixItems ? ' – ' : ', ')
  }
  if (value && typeof value === 'object') {
    if (typeof value.name === 'string') return value.name
    const type = around.registry.types.find((known) => known.id === value.type)
    if (type) return sayPick(spoken(type.label, around.lang, type.id), value.where, around)
    if (typeof value.from === 'string' && typeof value.to === 'string') return `${around.word(value.from)} → ${around.word(value.to)}`
    const entries = Object.entries(value)
    const each = ([key, item]: [string, Json]) => {
      const said = say(item, plain.properties?.[key] ?? {}, root, node, around)
      return entries.length === 1 ? said : `${around.word(key)} ${said}`.trim()
    }
    return entries.map(each).join(', ')
  }
  return String(value)
}

/** All devices of a type, or those that share something with the event's own: "signal tower (same hall)". */
function sayPick(type: string, where: Json | undefined, around: Surroundings): string {
  const parts = Object.entries(where && typeof where === 'object' && !Array.isArray(where) ? where : {})
  const space = around.lang === 'ja' ? '' : ' '
  const said = parts.map(([name, value]) => (value === 'same' ? `${around.word('same')}${space}${around.word(name)}` : `${around.word(name)} ${String(value)}`))
  return said.length ? `${type}${space}(${said.join(', ')})` : type
}

function sayText(value: string, ref: string | undefined, format: string | undefined, around: Surroundings): string {
  if (ref === 'field') return spoken(around.fields.find((field) => field.name === value)?.label, around.lang, around.word(value))
  if (ref === 'command') {
    const command = around.registry.types.flatMap((type) => type.commands ?? []).find((c) => c.id === value)
    return spoken(command?.label, around.lang, value)
  }
  if (ref === 'device' && value === 'same') return around.same
  if (ref) return choicesFor(ref, around.registry, around.lang).find((choice) => choice.value === value)?.label ?? value
  if (format === 'cron') return spokenCron(value, around.lang) ?? value
  if (format === 'duration') return spokenDuration(value, around.lang)
  if (format === 'text') return around.lang === 'ja' ? `「${filledIn(value, around)}」` : `“${filledIn(value, around)}”`
  return around.word(value)
}

/** A text with the values of settings in it, and what its other placeholders stand for. */
function filledIn(text: string, around: Surroundings): string {
  return text.replace(/\{([\w.]+)(?:\|[^{}]*)?\}/g, (whole, name: string) => {
    const setting = name.startsWith('settings.') ? around.document.settings?.[name.slice('settings.'.length)] : undefined
    if (setting) return typeof setting.value === 'number' ? formatNumber(setting.value) : String(setting.value)
    const label = around.fields.find((field) => field.name === name)?.label
    return label ? `{${spoken(label, around.lang, name)}}` : name === 'device' || name === 'time' ? `{${around.word(name)}}` : whole
  })
}

export function formatNumber(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : '–'
}

// A visit of a node in words: what decided, why the event went no further, what left, what was done, what is remembered.
import { kindWords, spoken } from '../model/catalog'
import { formatDuration, spokenDuration } from '../model/duration'
import { nodeById, type FlowDocument, type Json } from '../model/document'
import { nodeName } from '../model/naming'
import { deviceLabel, type TypeField } from '../model/registry'
import type { Sample } from '../model/samples'
import { shownValue } from '../model/shown'
import { isMoment, memoryChanges, newIn, type Deed, type Hop, type TryStep, type Weighed } from '../model/travel'
import { sayTrouble } from '../model/troubles'
import { useFlow } from '../session/flow'
import { useKnown } from '../session/known'
import { localeOf, plainWord, useWords, type Key } from '../words'

export interface Remembered {
  readonly name: string
  readonly before: string
  readonly after: string
  readonly changed: boolean
}

const MOST_FIELDS = 6

export function useTryWords(start: number) {
  const { t, lang } = useWords()
  const { catalog, registry, troubles } = useKnown()
  const document = useFlow((flow) => flow.history.document)
  const kindOf = (id: string) => catalog.byId.get(nodeById(document, id)?.kind ?? '')
  const and = t('trial.and')

  /** A moment, from the start of the try; one before it by the clock. */
  const at = (ms: number) => (ms === start ? t('try.at_start') : ms < start ? new Date(ms).toLocaleTimeString(localeOf(lang)) : `+${spokenDuration(formatDuration(ms - start), lang)}`)
  const fieldOf = (name: string, device?: string | null): TypeField | undefined => {
    const type = registry.devices.find((known) => known.id === device)?.type
    return registry.types.filter((one) => type === undefined || one.id === type).flatMap((one) => one.fields ?? []).find((one) => one.name === name)
  }
  const field = (name: string, device?: string | null) => spoken(fieldOf(name, device)?.label, lang, plainWord(name, lang) ?? name)
  const value = (name: string, data: Json | undefined, device?: string | null) => {
    const unit = fieldOf(name, device)?.unit
    return !unit && isMoment(data, start) ? at(data) : shownValue(data, unit)
  }
  const data = (of: Sample['data'], device?: string | null) => {
    const said = Object.entries(of).slice(0, MOST_FIELDS).map(([name, one]) => `${field(name, device)} ${value(name, one, device)}`)
    return [...said, ...(Object.keys(of).length > MOST_FIELDS ? ['…'] : [])].join(' · ')
  }
  const device = (id: string | null) => (id === null ? '' : deviceLabel(registry, id, lang))
  const sample = (one: Sample) => [device(one.device), data(one.data, one.device)].filter(Boolean).join(': ') || t('try.no_data')
  /** What went on, as far as it is not as it came. */
  const left = (one: Sample, came: Sample | null) => (came?.device === one.device ? data(newIn(one.data, came.data), one.device) : sample(one))
  const port = (node: string, name: string) => spoken(kindOf(node)?.outputs.find((one) => one.name === name)?.label, lang, name)
  const input = (node: string, name: string) => spoken(kindOf(node)?.inputs.find((one) => one.name === name)?.label, lang, name)
  const node = (id: string) => nodeName(document, catalog, id, lang)

  const weighed = (one: Weighed, of: string | null): string => {
    if (one.expr) return t(one.met ? 'weighed.holds' : 'weighed.fails', { expr: one.expr })
    const unit = (number: number | null) => value(one.field, number, of)
    return t(`weighed.${one.how}_${one.met ? 'met' : 'unmet'}` as Key, { field: field(one.field, of), value: unit(one.value), limit: one.limits.map(unit).join(' – ') })
  }

  const why = (hop: Hop): string => {
    if (hop.why === null) return ''
    return t(`why.${hop.why}` as Key, { port: hop.left.map((one) => port(hop.node, one.port)).join(and), at: hop.due === null ? '' : at(hop.due) })
  }

  const deed = (one: Deed): string => {
    const { text, to, command, values } = one.data
    if (one.ask) return t('try.asks', { what: typeof one.data.prompt === 'string' ? one.data.prompt : data(one.data) || node(one.node) })
    if (typeof command === 'string') {
      const type = registry.types.find((known) => known.id === registry.devices.find((known) => known.id === one.device)?.type)
      const called = spoken(type?.commands?.find((known) => known.id === command)?.label, lang, command)
      const carried = values && typeof values === 'object' && !Array.isArray(values) ? Object.entries(values).map(([name, part]) => `${name} ${shownValue(part)}`).join(and) : ''
      return t(one.approval ? 'try.commands_asking' : 'try.commands', { device: device(one.device), command: carried ? `${called} (${carried})` : called })
    }
    if (typeof to === 'string') {
      const called = spoken(registry.destinations.find((known) => known.id === to)?.label, lang, to)
      return t('try.sends', { to: called, text: typeof text === 'string' ? text : JSON.stringify(one.data.body ?? {}) })
    }
    return t('try.keeps', { what: data(one.data, one.device) })
  }

  const remembered = (hop: Hop): readonly Remembered[] => {
    const words = kindOf(hop.node)?.memory?.[lang] ?? {}
    const say = (one: Json | undefined): string => {
      if (one === undefined || one === null) return '–'
      if (typeof one === 'boolean') return t(one ? 'try.yes' : 'try.no')
      if (isMoment(one, hop.now)) return at(one)
      return Array.isArray(one) ? (one.length > 4 ? t('try.many', { n: one.length }) : one.map(say).join(and) || '–') : shownValue(one)
    }
    return memoryChanges(hop.before, hop.after, Object.keys(words)).map((one) => ({ name: words[one.name] ?? one.name, before: say(one.before), after: say(one.after), changed: say(one.before) !== say(one.after) }))
  }

  const step = (one: TryStep): string => {
    if ('node' in one) return `${node(one.node)} ← ${sample({ time: null, device: one.device, data: one.data })}`
    return one.wait === undefined ? t('try.next') : t('try.passed', { time: spokenDuration(formatDuration(one.wait), lang) })
  }

  const trouble = (hop: Hop) => hop.troubles.map((one) => sayTrouble(troubles, one.code, one.args, lang)).join(' ')

  /** The one line that stands under the node on the canvas. */
  const glance = (hop: Hop): string => {
    if (hop.troubles.length) return trouble(hop)
    if (hop.did.length) return hop.did.map(deed).join(and)
    if (hop.why) return hop.weighed && hop.why === 'unmet' ? weighed(hop.weighed, hop.event?.device ?? null) : why(hop)
    return hop.left.length ? `→ ${[...new Set(hop.left.map((one) => port(hop.node, one.port)))].join(and)}` : t(`way.${hop.way}` as Key)
  }

  const many = (id: string) => (kindOf(id)?.outputs.length ?? 0) > 1
  return { t, lang, at, device, sample, left, port, input, node, weighed, why, deed, remembered, step, trouble, glance, many, label: (id: string) => kindWords(kindOf(id), lang)?.label ?? id }
}

export type TryWords = ReturnType<typeof useTryWords>

export const inputsOf = (document: FlowDocument, catalog: ReturnType<typeof useKnown.getState>['catalog'], id: string) => catalog.byId.get(nodeById(document, id)?.kind ?? '')?.inputs ?? []

// Expressions: completion while typing, the type and the value that the server works out, and the place of a mistake.
import { useRef, useState, type KeyboardEvent } from 'react'
import { spoken } from '../../model/catalog'
import { complete, completed, type Completion, type Word } from '../../model/completion'
import type { Json } from '../../model/document'
import { shownValue } from '../../model/shown'
import { useArriving } from '../../session/arriving'
import { useFlow } from '../../session/flow'
import { useAnswer } from '../../session/seen'
import { api } from '../../wire/api'
import { useWords, type Key } from '../../words'
import { useForm, type ControlProps } from './context'
import { Whose } from './LiveValue'
import { Chips, useInsert, writeAndPutCursor, type Chip } from './writing'

const DEVICE_FACTS = ['id', 'label', 'type']

function useVocabulary(): Word[] {
  const { document, fields, lang, registry, types } = useForm()
  const functions = useArriving((arriving) => arriving.functions)
  const attributes = registry.devices.filter((device) => types.length === 0 || types.includes(device.type)).flatMap((device) => Object.keys(device.attributes ?? {}))
  return [
    ...fields.map((field): Word => ({ text: field.name, label: spoken(field.label, lang, field.name), sort: 'field' })),
    ...Object.entries(document.settings ?? {}).map(([name, setting]): Word => ({ text: `settings.${name}`, label: setting.label || name, sort: 'setting' })),
    ...[...new Set([...DEVICE_FACTS, ...attributes])].map((name): Word => ({ text: `device.${name}`, sort: 'device' })),
    ...functions.map((text): Word => ({ text, sort: 'function' })),
  ]
}

export function ExpressionInput({ id, name, value, invalid, onChange }: ControlProps) {
  const { t } = useWords()
  const { document, node, fields, lang, last } = useForm()
  const text = typeof value === 'string' ? value : ''
  const checked = useAnswer(text.trim() ? JSON.stringify([text, node.id, document.settings ?? null, last?.time, last?.device]) : null, (signal) => api.expression(document, node.id, text, last, signal))
  const { box, insert } = useInsert(text, onChange)
  const words = useVocabulary()
  const [offered, setOffered] = useState<Completion | null>(null)
  const chips: Chip[] = [
    ...fields.map((field) => ({ insert: field.name, label: spoken(field.label, lang, field.name) })),
    { insert: 'device.id', label: t('form.chip_device') },
    ...Object.entries(document.settings ?? {}).map(([name, setting]) => ({ insert: `settings.${name}`, label: setting.label || name })),
  ]
  const choose = (word: Word) => {
    const after = completed(text, offered!, word)
    setOffered(null)
    writeAndPutCursor(box, () => onChange(after.text), after.at)
  }
  const keys = useOfferKeys(offered, choose, () => setOffered(null))
  return (
    <div className="stack-tight">
      <div className="expression">
        <textarea
          id={id} ref={box} rows={2} className="mono" value={text} spellCheck={false} aria-invalid={invalid || Boolean(checked?.problem) || undefined} aria-describedby={`${id}-checked`}
          role="combobox" aria-expanded={offered !== null} aria-controls={`${id}-offers`} aria-autocomplete="list" aria-activedescendant={offered ? `${id}-offer-${keys.at}` : undefined}
          onChange={(event) => {
            setOffered(complete(event.target.value, event.target.selectionStart, words))
            onChange(event.target.value === '' ? undefined : event.target.value)
          }}
          onKeyDown={keys.onKeyDown} onBlur={() => setOffered(null)} onClick={() => setOffered(null)}
        />
        {offered ? <Offers id={id} completion={offered} at={keys.at} choose={choose} /> : null}
      </div>
      <div id={`${id}-checked`} aria-live="polite" data-testid={`${id}-checked`}><Checked param={name} text={text} {...checked} /></div>
      <Chips chips={chips} insert={insert} label={t('form.insert')} />
    </div>
  )
}

/** Up and down walk through what is offered, Enter or Tab takes it, Escape sends it away. */
function useOfferKeys(offered: Completion | null, choose: (word: Word) => void, close: () => void) {
  const [place, setPlace] = useState<{ of: Completion | null; at: number }>({ of: null, at: 0 })
  const at = place.of === offered ? place.at : 0
  const onKeyDown = (event: KeyboardEvent) => {
    if (!offered || event.nativeEvent.isComposing) return
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const taken = event.key === 'Enter' || event.key === 'Tab'
    if (!step && !taken && event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    if (step) setPlace({ of: offered, at: (at + step + offered.words.length) % offered.words.length })
    else if (taken) choose(offered.words[at]!)
    else close()
  }
  return { at, onKeyDown }
}

function Offers({ id, completion, at, choose }: { id: string; completion: Completion; at: number; choose: (word: Word) => void }) {
  const { t } = useWords()
  const { last, fields } = useForm()
  const list = useRef<HTMLUListElement>(null)
  const now = (word: Word) => (word.sort === 'field' && last && word.text in last.data ? shownValue(last.data[word.text], fields.find((field) => field.name === word.text)?.unit) : t(`offer.${word.sort}` as Key))
  return (
    <ul className="offers" role="listbox" id={`${id}-offers`} ref={list} data-testid={`${id}-offers`}>
      {completion.words.map((word, i) => (
        <li key={word.text} id={`${id}-offer-${i}`} role="option" aria-selected={i === at} onMouseDown={(event) => { event.preventDefault(); choose(word) }}>
          <span className="mono truncate">{word.text}</span>
          {word.label && word.label !== word.text ? <span className="truncate faint">{word.label}</span> : null}
          <span className="number faint offer-now truncate">{now(word)}</span>
        </li>
      ))}
    </ul>
  )
}

interface Answer {
  readonly type?: string
  readonly value?: Json
  readonly failed?: string
  readonly problem?: { readonly message: string; readonly position?: number }
}

function Checked({ param, text, type, value, failed, problem }: Answer & { param: string; text: string }) {
  const { t } = useWords()
  const { node, last } = useForm()
  const listed = useFlow((flow) => flow.problems.some((p) => p.node === node.id && p.param === param.split('.')[0]))
  if (problem) {
    return (
      <div className="field-problem">
        {problem.position !== undefined ? <pre className="expression-place">{lineWithMark(text, problem.position)}</pre> : null}
        {listed ? null : problem.message}
      </div>
    )
  }
  if (failed !== undefined && last) return <span className="field-hint warn">{failed} <Whose sample={last} /></span>
  if (!type) return null
  return (
    <span className="live-now" data-testid="expression-now">
      {t('form.gives', { type: t(`type.${typeKey(type)}`) })}
      {value !== undefined && last ? <><span className="dot dot-live" aria-hidden />{t('form.now')} <strong className="mono">{shownValue(value)}</strong> <Whose sample={last} /></> : null}
    </span>
  )
}

const TYPES = ['bool', 'int', 'double', 'string', 'timestamp', 'duration', 'list', 'map', 'null', 'dyn'] as const

function typeKey(type: string): (typeof TYPES)[number] {
  return TYPES.find((known) => known === type) ?? 'dyn'
}

function lineWithMark(text: string, position: number): string {
  const start = text.lastIndexOf('\n', position - 1) + 1
  const end = text.indexOf('\n', position)
  const line = text.slice(start, end < 0 ? undefined : end)
  return `${line}\n${' '.repeat(Math.max(0, position - start))}▲`
}

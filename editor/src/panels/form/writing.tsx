// Texts and expressions, with what may be put into them one click away.
import { useEffect, useRef, useState } from 'react'
import { spoken } from '../../model/catalog'
import { api } from '../../wire/api'
import { useWords } from '../../words'
import { useFlow } from '../../session/flow'
import { useForm, type ControlProps } from './context'

interface Chip {
  readonly insert: string
  readonly label: string
}

function useInsert(value: string, onChange: (value: string) => void) {
  const box = useRef<HTMLTextAreaElement>(null)
  const insert = (text: string) => {
    const area = box.current
    const at = area?.selectionStart ?? value.length
    const end = area?.selectionEnd ?? at
    onChange(value.slice(0, at) + text + value.slice(end))
    requestAnimationFrame(() => {
      area?.focus()
      area?.setSelectionRange(at + text.length, at + text.length)
    })
  }
  return { box, insert }
}

function Chips({ chips, insert, label }: { chips: readonly Chip[]; insert: (text: string) => void; label: string }) {
  return (
    <div className="chips" role="group" aria-label={label}>
      {chips.map((chip) => (
        <button key={chip.insert} type="button" className="chip" title={chip.insert} onMouseDown={(event) => event.preventDefault()} onClick={() => insert(chip.insert)}>{chip.label}</button>
      ))}
    </div>
  )
}

export function TextInput({ id, value, invalid, marks, onChange }: ControlProps) {
  const { t } = useWords()
  const { document, fields, lang } = useForm()
  const text = typeof value === 'string' ? value : ''
  const { box, insert } = useInsert(text, onChange)
  const chips: Chip[] = [
    { insert: '{device}', label: t('form.chip_device') },
    ...fields.map((field) => ({ insert: `{${field.name}}`, label: spoken(field.label, lang, field.name) })),
    { insert: '{time}', label: t('form.chip_time') },
    ...Object.entries(document.settings ?? {}).map(([name, setting]) => ({ insert: `{settings.${name}}`, label: setting.label || name })),
  ]
  return (
    <div className="stack-tight">
      <textarea id={id} ref={box} rows={marks.format === 'prompt' ? 6 : 3} value={text} aria-invalid={invalid || undefined} onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)} />
      <Chips chips={chips} insert={insert} label={t('form.insert')} />
    </div>
  )
}

const CHECK_PAUSE_MS = 300

interface Checked {
  readonly type?: string | undefined
  readonly message?: string | undefined
  readonly position?: number | undefined
}

/** What the server says about an expression, a moment after the last key. */
function useChecked(expr: string): Checked | null {
  const { document, node } = useForm()
  const [checked, setChecked] = useState<Checked | null>(null)
  const latest = useRef(document)
  latest.current = document
  useEffect(() => {
    if (!expr.trim()) return setChecked(null)
    const stop = new AbortController()
    const timer = setTimeout(() => {
      api.expression(latest.current, node.id, expr, stop.signal)
        .then((answer) => setChecked({ type: answer.type, message: answer.problem?.message, position: answer.problem?.position }))
        .catch(() => undefined)
    }, CHECK_PAUSE_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [expr, node.id])
  return checked
}

export function ExpressionInput({ id, name, value, invalid, onChange }: ControlProps) {
  const { t } = useWords()
  const { document, node, fields, lang } = useForm()
  const text = typeof value === 'string' ? value : ''
  const listed = useFlow((flow) => flow.problems.some((p) => p.node === node.id && p.param === name.split('.')[0]))
  const checked = useChecked(text)
  const { box, insert } = useInsert(text, onChange)
  const chips: Chip[] = [
    ...fields.map((field) => ({ insert: field.name, label: spoken(field.label, lang, field.name) })),
    { insert: 'device.id', label: t('form.chip_device') },
    ...Object.entries(document.settings ?? {}).map(([name, setting]) => ({ insert: `settings.${name}`, label: setting.label || name })),
  ]
  return (
    <div className="stack-tight">
      <textarea
        id={id} ref={box} rows={2} className="mono" value={text} spellCheck={false} aria-invalid={invalid || Boolean(checked?.message) || undefined} aria-describedby={`${id}-checked`}
        onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
      />
      <div id={`${id}-checked`} aria-live="polite" data-testid={`${id}-checked`}>
        {checked?.message ? (
          <div className="field-problem">
            {checked.position !== undefined ? <pre className="expression-place">{lineWithMark(text, checked.position)}</pre> : null}
            {listed ? null : checked.message}
          </div>
        ) : checked?.type ? <span className="field-hint">{t('form.gives', { type: t(`type.${typeKey(checked.type)}`) })}</span> : null}
      </div>
      <Chips chips={chips} insert={insert} label={t('form.insert')} />
    </div>
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

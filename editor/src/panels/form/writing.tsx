// Texts, with what may be put into them one click away and what they give for the last event.
import { useRef, type RefObject } from 'react'
import { flushSync } from 'react-dom'
import { spoken } from '../../model/catalog'
import { useAnswer } from '../../session/seen'
import { api } from '../../wire/api'
import { useWords } from '../../words'
import { useForm, type ControlProps } from './context'
import { Whose } from './LiveValue'

export interface Chip {
  readonly insert: string
  readonly label: string
}

export function useInsert(value: string, onChange: (value: string) => void) {
  const box = useRef<HTMLTextAreaElement>(null)
  const insert = (text: string) => {
    const at = box.current?.selectionStart ?? value.length
    const end = box.current?.selectionEnd ?? at
    writeAndPutCursor(box, () => onChange(value.slice(0, at) + text + value.slice(end)), at + text.length)
  }
  return { box, insert }
}

/** At once: the next key may come before the next frame, and belongs behind the cursor. */
export function writeAndPutCursor(box: RefObject<HTMLTextAreaElement | null>, write: () => void, at: number): void {
  flushSync(write)
  box.current?.focus()
  box.current?.setSelectionRange(at, at)
}

export function Chips({ chips, insert, label }: { chips: readonly Chip[]; insert: (text: string) => void; label: string }) {
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
      {text.includes('{') ? <Preview id={id} text={text} /> : null}
    </div>
  )
}

/** The text as it would be sent for the last event. */
function Preview({ id, text }: { id: string; text: string }) {
  const { t } = useWords()
  const { document, node, last } = useForm()
  const filled = useAnswer(last ? JSON.stringify([text, node.id, last.time, last.device]) : null, (signal) => api.text(document, node.id, text, last!, signal))
  if (!last || filled?.text === undefined) return null
  return (
    <figure className="text-preview" data-testid={`${id}-preview`}>
      <figcaption className="tiny"><strong>{t('form.preview')}</strong> <Whose sample={last} /></figcaption>
      <p>{filled.text}</p>
      {filled.missing?.map((message) => <p key={message} className="tiny warn">{message}</p>)}
    </figure>
  )
}

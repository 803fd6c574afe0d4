// The plain controls: numbers, durations, choices, switches, lines of text.
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { readDuration, spokenDuration } from '../../model/duration'
import type { Choice } from '../../model/registry'
import { useWords } from '../../words'
import type { Lang } from '../../model/catalog'

/** A text box that may hold what is not a value yet; it follows the value when that changes from outside. */
function useDraft(shown: string): [string, (text: string) => void, { onFocus: () => void; onBlur: () => void }] {
  const [text, setText] = useState(shown)
  const focused = useRef(false)
  useEffect(() => {
    if (!focused.current) setText(shown)
  }, [shown])
  return [text, setText, {
    onFocus: () => { focused.current = true },
    onBlur: () => { focused.current = false; setText(shown) },
  }]
}

export interface Basic<T> {
  readonly id: string
  readonly value: T | undefined
  readonly invalid?: boolean | undefined
  readonly placeholder?: string | undefined
  readonly testId?: string
  readonly onChange: (value: T | undefined) => void
}

export function NumberInput({ id, value, invalid, unit, whole, placeholder, testId, onChange }: Basic<number> & { unit?: string; whole?: boolean }) {
  const [text, setText, focus] = useDraft(value === undefined ? '' : String(value))
  const read = (typed: string): number | undefined | null => {
    const plain = typed.normalize('NFKC').replace(/[−–]/g, '-').trim()
    if (plain === '') return undefined
    const number = Number(plain)
    return Number.isFinite(number) && (!whole || Number.isInteger(number)) ? number : null
  }
  const bad = read(text) === null
  const onText = (typed: string) => {
    setText(typed)
    const number = read(typed)
    if (number !== null) onChange(number)
  }
  const step = (by: number) => {
    const number = read(text)
    if (typeof number === 'number') onText(String(Number((number + by).toPrecision(12))))
  }
  return (
    <div className="field-row">
      <input
        id={id} className="number" inputMode="decimal" value={text} placeholder={placeholder} aria-invalid={invalid || bad || undefined} data-testid={testId}
        onChange={(event) => onText(event.target.value)} {...focus}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
          event.preventDefault()
          step((event.key === 'ArrowUp' ? 1 : -1) * (event.shiftKey ? 10 : 1))
        }}
      />
      {unit ? <span className="field-unit">{unit}</span> : null}
    </div>
  )
}

export function DurationInput({ id, value, invalid, placeholder, testId, onChange }: Basic<string>) {
  const { t, lang } = useWords()
  const [text, setText, focus] = useDraft(value ?? '')
  const written = text.trim() === '' ? undefined : readDuration(text)
  return (
    <div className="field-row">
      <input
        id={id} value={text} placeholder={placeholder ?? t('form.duration_example')} aria-invalid={invalid || written === null || undefined} data-testid={testId} autoComplete="off"
        onChange={(event) => {
          setText(event.target.value)
          const read = event.target.value.trim() === '' ? undefined : readDuration(event.target.value)
          if (read !== null) onChange(read)
        }} {...focus}
      />
      <span className={written ? 'field-unit' : 'hidden-text'} aria-live="polite">{saidDuration(written, lang)}</span>
    </div>
  )
}

function saidDuration(written: string | null | undefined, lang: Lang): string {
  return written ? spokenDuration(written, lang) : ''
}

export function LineInput({ id, value, invalid, placeholder, testId, onChange, mono }: Basic<string> & { mono?: boolean }) {
  return (
    <input
      id={id} className={mono ? 'mono' : undefined} value={value ?? ''} placeholder={placeholder} aria-invalid={invalid || undefined} data-testid={testId} autoComplete="off" spellCheck={false}
      onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
    />
  )
}

export function TimeInput({ id, value, invalid, testId, onChange }: Basic<string>) {
  return <input id={id} type="time" value={value ?? ''} aria-invalid={invalid || undefined} data-testid={testId} onChange={(event) => onChange(event.target.value || undefined)} />
}

/** Times of day, one box each, and an empty one for the next. */
export function TimesInput({ id, value, onChange }: { id: string; value: readonly string[]; onChange: (value: string[] | undefined) => void }) {
  const put = (i: number, time: string | undefined) => {
    const next = [...value.slice(0, i), ...(time ? [time] : []), ...value.slice(i + 1)]
    onChange(next.length ? next : undefined)
  }
  return (
    <div className="times" id={`${id}-all`} role="group">
      {[...value, ''].map((time, i) => <TimeInput key={i} id={i === 0 ? id : `${id}-${i}`} value={time || undefined} onChange={(next) => put(i, next)} />)}
    </div>
  )
}

export function ZoneInput(props: Basic<string>) {
  const zones = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : []
  return (
    <>
      <input id={props.id} list={`${props.id}-zones`} value={props.value ?? ''} placeholder="Asia/Tokyo" aria-invalid={props.invalid || undefined} onChange={(event) => props.onChange(event.target.value || undefined)} />
      <datalist id={`${props.id}-zones`}>{zones.map((zone) => <option key={zone} value={zone} />)}</datalist>
    </>
  )
}

export function SwitchInput({ id, value, label, testId, onChange }: { id: string; value: boolean; label?: ReactNode; testId?: string; onChange: (value: boolean) => void }) {
  return (
    <label className="switch">
      <input id={id} type="checkbox" role="switch" checked={value} onChange={(event) => onChange(event.target.checked)} data-testid={testId} />
      {label ? <span className="small">{label}</span> : null}
    </label>
  )
}

/** One of some choices; a value that is not among them stays visible as what it is. */
export function PickInput({ id, value, choices, invalid, testId, required, onChange, children }: Basic<string> & { choices: readonly Choice[]; required?: boolean; children?: ReactNode }) {
  const { t } = useWords()
  const unknown = value !== undefined && value !== '' && !choices.some((choice) => choice.value === value)
  return (
    <select id={id} value={value ?? ''} aria-invalid={invalid || undefined} data-testid={testId} onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}>
      {value === undefined || !required ? <option value="">{required ? t('form.choose') : t('form.none')}</option> : null}
      {choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.detail ? `${choice.label} (${choice.detail})` : choice.label}</option>)}
      {unknown ? <option value={value}>{t('form.unknown', { value })}</option> : null}
      {children}
    </select>
  )
}

/** Several of some choices, as ticks; `inOrder` keeps the order of the choices (weekdays). */
export function ManyInput({ id, value, choices, inOrder, beside, onChange }: { id: string; value: readonly string[]; choices: readonly Choice[]; inOrder?: boolean; beside?: (value: string) => ReactNode; onChange: (value: string[] | undefined) => void }) {
  const all = [...choices, ...value.filter((v) => !choices.some((c) => c.value === v)).map((v): Choice => ({ value: v, label: v }))]
  const { t } = useWords()
  if (all.length === 0) return <p className="field-hint">{t('form.nothing_registered')}</p>
  return (
    <div className={beside ? 'many many-live' : 'many'} id={id} role="group">
      {all.map((choice) => (
        <label key={choice.value} className="check small">
          <input
            type="checkbox" checked={value.includes(choice.value)}
            onChange={(event) => {
              const ticked = event.target.checked ? [...value, choice.value] : value.filter((v) => v !== choice.value)
              const next = inOrder ? all.map((c) => c.value).filter((v) => ticked.includes(v)) : ticked
              onChange(next.length ? next : undefined)
            }}
          />
          <span>{choice.label}</span>{beside?.(choice.value)}
        </label>
      ))}
    </div>
  )
}

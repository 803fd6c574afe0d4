// Lists, rows of small forms, open maps, and plain JSON as the last resort.
import { Plus, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Schema } from '../../model/catalog'
import type { Json } from '../../model/document'
import { chosenOf, goesWith, oneOfIn } from '../../model/groups'
import { propertiesOf } from '../../model/schema'
import { useWords } from '../../words'
import { Control } from './Control'
import { labelOf, useForm, type ControlProps } from './context'

export function Tokens({ id, list, onChange, invalid }: ControlProps & { list: readonly Json[] }) {
  const { t } = useWords()
  const [text, setText] = useState('')
  const add = () => {
    const words = text.split(/[,、]/).map((word) => word.trim()).filter(Boolean)
    if (words.length) onChange([...list, ...words])
    setText('')
  }
  return (
    <div className="tokens">
      {list.map((item, i) => (
        <span key={i} className="token">{String(item)}
          <button type="button" aria-label={t('form.remove')} onClick={() => { const next = list.filter((_, k) => k !== i); onChange(next.length ? next : undefined) }}><X size={12} aria-hidden /></button>
        </span>
      ))}
      <input id={id} value={text} placeholder={t('form.add_value')} aria-invalid={invalid || undefined} onChange={(event) => setText(event.target.value)} onBlur={add}
        onKeyDown={(event) => { if (event.key === 'Enter' && !event.nativeEvent.isComposing) { event.preventDefault(); add() } }} />
    </div>
  )
}

type Row = { readonly [key: string]: Json }

export function ObjectRows({ id, name, item, root, list, onChange }: ControlProps & { item: Schema; root: Schema; list: readonly Json[] }) {
  const { t } = useWords()
  const rows = list.map((row): Row => (row && typeof row === 'object' && !Array.isArray(row) ? row : {}))
  const put = (i: number, parts: { readonly [key: string]: Json | undefined }) =>
    onChange(rows.map((row, k) => (k === i ? (Object.fromEntries(Object.entries({ ...row, ...parts }).filter(([, value]) => value !== undefined)) as Row) : row)))
  return (
    <div className="rows">
      {rows.map((row, i) => (
        <fieldset key={i} className="rows-row">
          <legend className="hidden-text">{i + 1}</legend>
          <RowFields id={`${id}-${i}`} name={name} item={item} root={root} row={row} put={(parts) => put(i, parts)} />
          <button type="button" className="btn btn-small btn-icon btn-quiet rows-remove" aria-label={t('form.remove')} onClick={() => { const next = rows.filter((_, k) => k !== i); onChange(next.length ? next : undefined) }}><X aria-hidden /></button>
        </fieldset>
      ))}
      <button type="button" id={rows.length ? undefined : id} className="btn btn-small" onClick={() => onChange([...rows, {}])}><Plus aria-hidden />{t('form.add_row')}</button>
    </div>
  )
}

interface RowProps {
  readonly id: string
  readonly name: string
  readonly item: Schema
  readonly root: Schema
  readonly row: Row
  readonly put: (parts: { readonly [key: string]: Json | undefined }) => void
}

/** The fields of one row. Of those of which exactly one is given the chosen one is shown, and what belongs to it. */
function RowFields({ id, name, item, root, row, put }: RowProps) {
  const { t } = useWords()
  const { kind, lang } = useForm()
  const group = oneOfIn(item)
  const [wanted, setWanted] = useState<string | null>(null)
  const given = group.some((key) => row[key] !== undefined)
  const chosen = given ? chosenOf(group, row) : (wanted ?? group[0])
  const pick = (key: string) => {
    setWanted(key)
    put(Object.fromEntries(Object.entries(propertiesOf(item)).filter(([other, schema]) => goesWith(group, key, other, schema, root)).map(([other]) => [other, undefined])))
  }
  const head = (key: string) => group.includes(key)
    ? <select className="one-of" value={chosen} aria-label={t('form.choose')} data-testid={`${id}-one-of`} onChange={(event) => pick(event.target.value)}>{group.map((each) => <option key={each} value={each}>{labelOf(kind, lang, each)}</option>)}</select>
    : <label htmlFor={`${id}-${key}`}>{labelOf(kind, lang, key)}</label>
  return Object.entries(propertiesOf(item)).filter(([key, schema]) => !goesWith(group, chosen, key, schema, root)).map(([key, schema]) => (
    <div key={key} className="field">
      {head(key)}
      <Control id={`${id}-${key}`} name={`${name}.${key}`} schema={schema} root={root} value={row[key]} required={key === chosen || (item.required?.includes(key) ?? false)} onChange={(value) => put({ [key]: value })} />
    </div>
  ))
}

export function MapRows({ id, value, onChange }: ControlProps) {
  const { t } = useWords()
  const map = value && typeof value === 'object' && !Array.isArray(value) ? value : {}
  const [name, setName] = useState('')
  const put = (next: { [key: string]: Json }) => onChange(Object.keys(next).length ? next : undefined)
  const add = () => {
    if (name.trim() && !(name.trim() in map)) put({ ...map, [name.trim()]: '' })
    setName('')
  }
  return (
    <div className="stack-tight">
      {Object.entries(map).map(([key, item]) => (
        <div key={key} className="field-row">
          <span className="field-unit truncate map-name">{key}</span>
          <input aria-label={key} value={typeof item === 'string' ? item : JSON.stringify(item)} onChange={(event) => put({ ...map, [key]: loose(event.target.value) })} />
          <button type="button" className="btn btn-small btn-icon btn-quiet" aria-label={t('form.remove')} onClick={() => { const { [key]: _, ...rest } = map; put(rest) }}><X aria-hidden /></button>
        </div>
      ))}
      <div className="field-row">
        <input id={id} value={name} placeholder={t('form.add_name')} onChange={(event) => setName(event.target.value)} onKeyDown={(event) => { if (event.key === 'Enter' && !event.nativeEvent.isComposing) { event.preventDefault(); add() } }} />
        <button type="button" className="btn btn-small btn-icon" aria-label={t('form.add_row')} onClick={add}><Plus aria-hidden /></button>
      </div>
    </div>
  )
}

/** Numbers and true/false as such, everything else as text. */
function loose(text: string): Json {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text
}

export function JsonInput({ id, value, onChange }: ControlProps) {
  const { t } = useWords()
  const shown = value === undefined ? '' : JSON.stringify(value, null, 2)
  const [text, setText] = useState(shown)
  const [bad, setBad] = useState(false)
  useEffect(() => setText(shown), [shown])
  const take = () => {
    if (text.trim() === '') { setBad(false); return onChange(undefined) }
    try {
      onChange(JSON.parse(text) as Json)
      setBad(false)
    } catch {
      setBad(true)
    }
  }
  return (
    <>
      <textarea id={id} className="mono" rows={4} value={text} aria-invalid={bad || undefined} onChange={(event) => setText(event.target.value)} onBlur={take} spellCheck={false} />
      {bad ? <span className="field-problem">{t('form.not_json')}</span> : null}
    </>
  )
}

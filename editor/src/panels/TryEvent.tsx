import { Send } from 'lucide-react'
import { useId, useMemo, useState } from 'react'
import { spoken } from '../model/catalog'
import type { FlowDocument, Json } from '../model/document'
import type { TypeField } from '../model/registry'
import type { Sample } from '../model/samples'
import { typedValue } from '../model/travel'
import { fieldsAt, useArriving } from '../session/arriving'
import { useKnown } from '../session/known'
import { useLive } from '../session/live'
import { useLastAt } from '../session/seen'
import { MOST_STEPS, takeStep, useTrying } from '../session/trying'
import { useWords } from '../words'
import { inputsOf } from './tryWords'

interface Device {
  readonly id: string
  readonly label: string
}

/** The event that is sent: device, and a line for each field that arrives here, or JSON. */
export function TryEvent({ document, id, devices }: { document: FlowDocument; id: string; devices: readonly Device[] }) {
  const { t, lang } = useWords()
  const { catalog, registry } = useKnown()
  const shapes = useArriving((state) => state.shapes)
  const values = useLive((live) => live.values)
  const last = useLastAt(document, id)
  const full = useTrying((trying) => trying.steps.length >= MOST_STEPS)
  const inputs = inputsOf(document, catalog, id)
  const [port, setPort] = useState('')
  // Chosen once: several devices speak by turns, and the form must not change under the hands of who fills it in.
  const [sender, setSender] = useState(last?.device ?? devices[0]?.id ?? '')
  const [typed, setTyped] = useState<{ readonly [field: string]: string }>({})
  // While a person is in a field, what the device says meanwhile does not go under their hands.
  const [held, setHeld] = useState<{ readonly [field: string]: string }>({})
  const [json, setJson] = useState<string | null>(null)
  const box = useId()
  const fields = fieldsFor(useMemo(() => fieldsAt(shapes, document, catalog, registry, id), [shapes, document, catalog, registry, id]), registry.types.find((type) => type.id === registry.devices.find((one) => one.id === sender)?.type)?.fields, inputs.length === 0)
  const seen: Sample | undefined = last?.device === sender ? last : values[sender]
  const shown = (field: TypeField) => typed[field.name] ?? held[field.name] ?? asText(seen?.data[field.name])
  const data = json === null ? dataOf(fields, shown) : readObject(json)
  const send = () => { if (data && !full) void takeStep({ node: id, ...(port ? { port } : {}), device: sender || null, data }) }
  return (
    <form className="stack-tight" onSubmit={(event) => { event.preventDefault(); send() }}>
      {inputs.length > 1 ? (
        <div className="field"><label htmlFor={`${box}-port`}>{t('try.port')}</label>
          <select id={`${box}-port`} value={port || inputs[0]!.name} onChange={(event) => setPort(event.target.value)} data-testid="try-port">{inputs.map((one) => <option key={one.name} value={one.name}>{spoken(one.label, lang, one.name)}</option>)}</select></div>
      ) : null}
      {devices.length ? (
        <div className="field"><label htmlFor={`${box}-device`}>{t('try.device')}</label>
          <select id={`${box}-device`} value={sender} onChange={(event) => { setSender(event.target.value); setTyped({}) }} data-testid="try-device">
            {devices.map((one) => <option key={one.id} value={one.id}>{one.label}</option>)}
            <option value="">{t('try.no_device')}</option>
          </select></div>
      ) : null}
      {json === null ? fields.map((field) => <FieldRow key={field.name} box={box} field={field} label={spoken(field.label, lang, field.name)} value={shown(field)} onType={(text) => setTyped((before) => ({ ...before, [field.name]: text }))} onHold={(text) => setHeld(text === null ? {} : { [field.name]: text })} />) : (
        <div className="field"><label htmlFor={`${box}-json`}>{t('try.json')}</label>
          <textarea id={`${box}-json`} className="mono" data-own-undo rows={5} value={json} spellCheck={false} aria-invalid={data === null || undefined} onChange={(event) => setJson(event.target.value)} data-testid="try-json" />
          {data === null ? <span className="field-problem">{t('try.not_object')}</span> : null}</div>
      )}
      <div className="row">
        <button type="submit" className="btn btn-small btn-primary" disabled={data === null || full} data-testid="try-send"><Send aria-hidden />{t('try.send')}</button>
        <button type="button" className="btn btn-small btn-quiet" onClick={() => setJson(json === null ? JSON.stringify(data ?? {}, null, 2) : null)} aria-pressed={json !== null} data-testid="try-as-json">{t(json === null ? 'try.as_json' : 'try.as_fields')}</button>
      </div>
      {full ? <p className="small muted">{t('try.full', { n: MOST_STEPS })}</p> : null}
    </form>
  )
}

function FieldRow({ box, field, label, value, onType, onHold }: { box: string; field: TypeField; label: string; value: string; onType: (text: string) => void; onHold: (text: string | null) => void }) {
  const { t } = useWords()
  const id = `${box}-${field.name}`
  return (
    <div className="try-field" onFocus={() => onHold(value)} onBlur={() => onHold(null)}>
      <label htmlFor={id} className="truncate" title={field.name}>{label}</label>
      {field.type === 'boolean' ? (
        <select id={id} value={value} onChange={(event) => onType(event.target.value)} data-testid={`try-field-${field.name}`}><option value="">–</option><option value="true">{t('try.yes')}</option><option value="false">{t('try.no')}</option></select>
      ) : (
        <input id={id} data-own-undo value={value} inputMode={field.type === 'number' || field.type === 'integer' ? 'decimal' : undefined} onChange={(event) => onType(event.target.value)} data-testid={`try-field-${field.name}`} />
      )}
      <span className="field-unit">{field.unit ?? ''}</span>
    </div>
  )
}

/** At a source, what its device sends; behind it, what arrives there. */
function fieldsFor(arriving: readonly TypeField[], sent: readonly TypeField[] | undefined, source: boolean): readonly TypeField[] {
  return source && sent?.length ? sent : arriving
}

function dataOf(fields: readonly TypeField[], shown: (field: TypeField) => string): { [field: string]: Json } {
  return Object.fromEntries(fields.flatMap((field) => {
    const value = typedValue(shown(field), field.type)
    return value === undefined ? [] : [[field.name, value] as const]
  }))
}

function asText(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function readObject(text: string): { [field: string]: Json } | null {
  try {
    const value: unknown = JSON.parse(text)
    return value && typeof value === 'object' && !Array.isArray(value) ? (value as { [field: string]: Json }) : null
  } catch {
    return null
  }
}

// Pickers of registered things: fields, devices, commands and what commands carry.
import { useState } from 'react'
import { spoken, type Schema } from '../../model/catalog'
import type { Json } from '../../model/document'
import { choicesFor, commandsFor, type Choice } from '../../model/registry'
import { propertiesOf } from '../../model/schema'
import { shownValue } from '../../model/shown'
import { useWords } from '../../words'
import { Control } from './Control'
import { labelOf, useForm, type ControlProps } from './context'
import { LineInput, PickInput } from './inputs'
import { DeviceNow, FieldNow } from './LiveValue'

const OTHER = ' other'

export function FieldPick({ id, name, value, schema, invalid, onChange }: ControlProps) {
  const { t } = useWords()
  const { fields, lang, kind, last } = useForm()
  const usual = typeof schema.default === 'string' ? schema.default : undefined
  const text = typeof value === 'string' ? value : usual
  const put = (picked: string | undefined) => onChange(picked === usual ? undefined : picked)
  const [free, setFree] = useState(false)
  const choices = fields.map((field): Choice => {
    const label = spoken(field.label, lang, field.name)
    const now = last && field.name in last.data ? shownValue(last.data[field.name], field.unit) : (field.unit ?? '')
    const detail = [label === field.name ? '' : field.name, now].filter(Boolean).join(', ')
    return { value: field.name, label, ...(detail ? { detail } : {}) }
  })
  if (free || choices.length === 0) {
    return (
      <div className="field-row">
        <LineInput id={id} value={text} invalid={invalid} mono onChange={put} />
        {choices.length ? <button type="button" className="btn btn-small" onClick={() => setFree(false)}>{t('form.list')}</button> : null}
      </div>
    )
  }
  return (
    <>
      <PickInput id={id} value={text} choices={choices} invalid={invalid} required={usual !== undefined || (kind.schema.required?.includes(name) ?? false)} onChange={(picked) => (picked === OTHER ? setFree(true) : put(picked))}>
        <option value={OTHER}>{t('form.other')}</option>
      </PickInput>
      {text === undefined ? null : <FieldNow id={id} field={text} />}
    </>
  )
}

export function PerPick({ id, value, invalid, schema, onChange }: ControlProps) {
  const { t } = useWords()
  const { fields, registry, types, lang } = useForm()
  const attributes = new Set(registry.devices.filter((d) => types.length === 0 || types.includes(d.type)).flatMap((d) => Object.keys(d.attributes ?? {})))
  const choices: Choice[] = [
    { value: 'device', label: t('per.device') },
    { value: 'all', label: t('per.all') },
    ...[...attributes].map((name) => ({ value: name, label: t('per.attribute', { name }) })),
    ...fields.filter((field) => !attributes.has(field.name) && field.type !== 'number').map((field) => ({ value: field.name, label: t('per.field', { name: spoken(field.label, lang, field.name) }) })),
  ]
  const shown = typeof value === 'string' ? value : String(schema.default ?? 'device')
  return <PickInput id={id} value={shown} choices={choices} invalid={invalid} required onChange={(picked) => onChange(picked === schema.default ? undefined : picked)} />
}

const SAME = 'same'
const EVERY = ' type:'

/** Which device a command goes to: the event's own, a named one, or every one of a type. */
export function TargetPick({ id, value, invalid, onChange }: ControlProps) {
  const { t, lang } = useWords()
  const { registry } = useForm()
  const pick = value && typeof value === 'object' && !Array.isArray(value) ? value : null
  const shown = pick ? `${EVERY}${String(pick.type ?? '')}` : typeof value === 'string' ? value : undefined
  const choices: Choice[] = [
    { value: SAME, label: t('target.same') },
    ...choicesFor('device', registry, lang),
    ...registry.types.filter((type) => type.commands?.length).map((type) => ({ value: `${EVERY}${type.id}`, label: t('target.every', { type: spoken(type.label, lang, type.id) }) })),
  ]
  const where = pick && typeof pick.where === 'object' && pick.where && !Array.isArray(pick.where) ? (pick.where as { [name: string]: Json }) : {}
  return (
    <div className="stack-tight">
      <PickInput id={id} value={shown} choices={choices} invalid={invalid} required onChange={(picked) => onChange(picked?.startsWith(EVERY) ? { type: picked.slice(EVERY.length) } : picked)} />
      {typeof value === 'string' && value !== SAME ? <DeviceNow id={id} device={value} /> : null}
      {pick ? <WhereRows value={where} typeId={String(pick.type ?? '')} same onChange={(next) => onChange(next ? { ...pick, where: next } : without(pick, 'where'))} /> : null}
    </div>
  )
}

function without(value: { [key: string]: Json }, key: string): { [key: string]: Json } {
  const { [key]: _, ...rest } = value
  return rest
}

/** Attributes that a device must have: name and value, from what is registered. */
export function WhereRows({ value, typeId, same, onChange }: { value: { [name: string]: Json }; typeId?: string; same?: boolean; onChange: (value: { [name: string]: Json } | undefined) => void }) {
  const { t } = useWords()
  const { registry } = useForm()
  const devices = registry.devices.filter((device) => !typeId || device.type === typeId)
  const names = [...new Set(devices.flatMap((device) => Object.keys(device.attributes ?? {})))]
  const put = (next: { [name: string]: Json }) => onChange(Object.keys(next).length ? next : undefined)
  const left = names.filter((name) => !(name in value))
  return (
    <div className="stack-tight">
      {Object.entries(value).map(([name, wanted]) => {
        const values = [...new Set(devices.map((device) => device.attributes?.[name]).filter((v) => v !== undefined).map(String))]
        const choices = [...(same ? [{ value: SAME, label: t('target.same_value') }] : []), ...values.map((v) => ({ value: v, label: v }))]
        return (
          <div key={name} className="field-row">
            <span className="field-unit where-name truncate" title={name}>{name} =</span>
            <PickInput id={`where-${name}`} value={String(wanted)} choices={choices} required onChange={(picked) => put({ ...value, [name]: typed(picked, devices.map((d) => d.attributes?.[name])) })} />
            <button type="button" className="btn btn-small btn-icon btn-quiet" aria-label={t('form.remove')} onClick={() => put(without(value, name))}>×</button>
          </div>
        )
      })}
      {left.length ? (
        <select className="input-small" value="" aria-label={t('form.add_condition')} onChange={(event) => put({ ...value, [event.target.value]: same ? SAME : (devices.find((d) => event.target.value in (d.attributes ?? {}))?.attributes?.[event.target.value] ?? '') })}>
          <option value="">{t('form.add_condition')}</option>
          {left.map((name) => <option key={name} value={name}>{name}</option>)}
        </select>
      ) : null}
    </div>
  )
}

/** A picked text as the value it stands for (attributes may be numbers). */
function typed(picked: string | undefined, values: readonly (Json | undefined)[]): Json {
  return values.find((value) => value !== undefined && String(value) === picked) ?? picked ?? ''
}

function useTarget(): Json | undefined {
  const { kind, node } = useForm()
  const param = Object.entries(propertiesOf(kind.schema)).find(([, schema]) => JSON.stringify(schema).includes('"ref":"device"'))?.[0]
  return param === undefined ? undefined : node.params?.[param]
}

export function CommandPick({ id, value, invalid, onChange }: ControlProps) {
  const { t, lang } = useWords()
  const { registry, types } = useForm()
  const commands = commandsFor(useTarget(), types, registry)
  if (commands.length === 0) return <LineInput id={id} value={typeof value === 'string' ? value : undefined} invalid={invalid} mono placeholder={t('form.no_commands')} onChange={onChange} />
  const choices = commands.map((command) => ({ value: command.id, label: spoken(command.label, lang, command.id) }))
  return <PickInput id={id} value={typeof value === 'string' ? value : undefined} choices={choices} invalid={invalid} required onChange={onChange} />
}

/** What the chosen command carries, from the command's own schema. */
export function CommandValues({ id, name, value, onChange }: ControlProps) {
  const { t } = useWords()
  const { registry, types, node, kind, lang } = useForm()
  const param = Object.entries(propertiesOf(kind.schema)).find(([, schema]) => schema['x-suiro']?.ref === 'command')?.[0]
  const chosen = param === undefined ? undefined : node.params?.[param]
  const command = commandsFor(useTarget(), types, registry).find((c) => c.id === chosen)
  const properties = propertiesOf(command?.values ?? {})
  const values = value && typeof value === 'object' && !Array.isArray(value) ? value : {}
  if (!command || Object.keys(properties).length === 0) return <p className="field-hint">{command ? t('form.no_values') : t('form.choose_command')}</p>
  const put = (key: string, next: Json | undefined) => onChange(next === undefined ? without(values, key) : { ...values, [key]: next })
  return (
    <div className="nested">
      {Object.entries(properties).map(([key, schema]) => (
        <div key={key} className="field">
          <label htmlFor={`${id}-${key}`}>{labelOf(kind, lang, key)}</label>
          <Control id={`${id}-${key}`} name={name} schema={schema} root={command.values as Schema} value={values[key]} onChange={(next) => put(key, next)} />
        </div>
      ))}
    </div>
  )
}

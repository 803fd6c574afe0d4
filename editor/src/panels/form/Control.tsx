// One value of any schema: picks the control by the marks, then by the JSON type.
import { spoken, type Lang, type Schema } from '../../model/catalog'
import type { Json } from '../../model/document'
import { spokenDuration } from '../../model/duration'
import { choicesFor, type Choice } from '../../model/registry'
import { inner, propertiesOf } from '../../model/schema'
import { namesIn } from '../../model/standings'
import { isSort } from '../../model/still'
import { unitFor } from '../../model/summary'
import { plainWord, useWords } from '../../words'
import { labelOf, useForm, valueLabel, type ControlProps } from './context'
import { DurationInput, LineInput, ManyInput, NumberInput, PickInput, SwitchInput, TimeInput, TimesInput, ZoneInput } from './inputs'
import { ExpressionInput } from './expression'
import { PolygonInput } from './polygon'
import { DeviceNow } from './LiveValue'
import { CronInput } from './cron'
import { isSetting, SettingInPlace } from './SettingInPlace'
import { StillInput } from './still'
import { JsonInput, MapRows, ObjectRows, Tokens } from './lists'
import { CommandPick, CommandValues, FieldPick, PerPick, TargetPick, WhereRows } from './picks'
import { TextInput } from './writing'

interface Props {
  readonly id: string
  readonly name: string
  readonly schema: Schema
  readonly root: Schema
  readonly value: Json | undefined
  readonly invalid?: boolean
  readonly required?: boolean
  readonly onChange: (value: Json | undefined) => void
}

export function Control(props: Props) {
  const { lang } = useForm()
  const { schema, root } = props
  const { plain, branches, marks } = inner(schema, root)
  const inside: ControlProps = { ...props, schema: { ...plain, ...(schema.default === undefined ? {} : { default: schema.default }) }, marks }
  if (marks.settable && isSetting(props.value)) return <SettingInPlace {...inside} />
  if (branches.length > 1) return <Several {...props} inside={inside} branches={branches} />
  return marked(inside, { ...props, lang }) ?? <ByType {...props} inside={inside} />
}

function marked(inside: ControlProps, props: Props & { lang: Lang }) {
  const { marks, schema } = inside
  const { lang } = props
  const list = schema.type === 'array'
  if (openMap(schema) && has(props.root, 'command')) return <CommandValues {...inside} />
  if (openMap(schema) && has(props.root, 'type')) return <Where {...inside} />
  if (typeof marks.among === 'string' && !list) return <AmongPick {...inside} required={props.required ?? false} />
  if (marks.ref === 'command') return <CommandPick {...inside} />
  if (marks.ref === 'field' && !list) return <FieldPick {...inside} />
  if (marks.ref && !list) return <RefPick {...inside} required={props.required ?? false} />
  if (marks.format === 'duration') return <DurationInput {...plainProps(inside)} placeholder={typeof schema.default === 'string' ? spokenDuration(schema.default, lang) : undefined} />
  if (marks.format === 'expression') return <ExpressionInput {...inside} />
  if (marks.format === 'text' || marks.format === 'prompt') return <TextInput {...inside} />
  if (marks.format === 'time_of_day' && !list) return <TimeInput {...plainProps(inside)} />
  if (marks.format === 'time_zone') return <ZoneInput {...plainProps(inside)} />
  if (marks.format === 'cron') return <CronInput {...plainProps(inside)} />
  if (marks.format === 'per') return <PerPick {...inside} />
  return null
}

function openMap(schema: Schema): boolean {
  return schema.type === 'object' && !schema.properties && schema.additionalProperties !== false
}

/** Whether one of the params beside this one names a thing of this sort. */
function has(root: Schema, ref: string): boolean {
  return Object.values(propertiesOf(root)).some((property) => inner(property, root).marks.ref === ref)
}

function plainProps({ id, value, invalid, onChange }: ControlProps) {
  return { id, value: typeof value === 'string' ? value : undefined, invalid, onChange }
}

function RefPick(props: ControlProps & { required: boolean }) {
  const { registry, lang, types } = useForm()
  const task = typeof props.marks.task === 'string' ? props.marks.task : undefined
  const choices = choicesFor(props.marks.ref ?? '', registry, lang, props.marks.ref === 'device' ? types : [], task)
  const device = props.marks.ref === 'device' && typeof props.value === 'string' ? props.value : null
  return <><PickInput {...plainProps(props)} choices={choices} required={props.required} />{device ? <DeviceNow id={props.id} device={device} /> : null}</>
}

/** One of the names that another param of the node gives, such as its states. */
function AmongPick(props: ControlProps & { required: boolean }) {
  const { node, lang } = useForm()
  const any = props.marks.any
  const names = namesIn(node.params?.[String(props.marks.among)]).map((name): Choice => ({ value: name, label: name }))
  const choices = typeof any === 'string' ? [{ value: any, label: plainWord(any, lang) ?? any }, ...names] : names
  return <PickInput {...plainProps(props)} choices={choices} required={props.required} />
}

function Where({ value, onChange }: ControlProps) {
  const { types } = useForm()
  const map = value && typeof value === 'object' && !Array.isArray(value) ? value : {}
  return <WhereRows value={map} {...(types[0] ? { typeId: types[0] } : {})} onChange={onChange} />
}

function ByType({ inside, root, name, required }: Props & { inside: ControlProps }) {
  const { schema, marks, value, id, invalid, onChange } = inside
  const { node, fields, registry, lang, kind, types } = useForm()
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  const example = schema.default ?? schema.examples?.[0]
  const placeholder = typeof example === 'string' || typeof example === 'number' ? String(example) : undefined
  if (schema.enum) {
    const choices = schema.enum.map((option): Choice => ({ value: String(option), label: valueLabel(kind, lang, name, String(option)) }))
    const shown = value ?? schema.default
    return <PickInput id={id} value={shown === undefined ? undefined : String(shown)} choices={choices} invalid={invalid} required={required || schema.default !== undefined} onChange={(picked) => onChange(schema.enum!.find((option) => String(option) === picked))} />
  }
  if (type === 'boolean') return <SwitchInput id={id} value={(value ?? schema.default) === true} onChange={onChange} />
  if (type === 'number' || type === 'integer') {
    const unit = unitFor({ 'x-suiro': marks }, node, fields)
    return <NumberInput id={id} value={typeof value === 'number' ? value : undefined} invalid={invalid} unit={unit} whole={type === 'integer'} placeholder={placeholder} onChange={onChange} />
  }
  if (type === 'array') {
    const list = Array.isArray(value) ? value : []
    if (schema.prefixItems) return <Tuple inside={inside} root={root} name={name} list={list} />
    const items = typeof schema.items === 'object' ? inner(schema.items, root) : null
    const ref = items?.marks.ref ?? marks.ref
    if (ref === 'field') return <ManyInput id={id} value={list.map(String)} choices={fields.map((f) => ({ value: f.name, label: spoken(f.label, lang, f.name) }))} onChange={onChange} />
    if (items?.marks.format === 'time_of_day') return <TimesInput id={id} value={list.map(String)} onChange={onChange} />
    if (items?.plain.enum) return <ManyInput id={id} value={list.map(String)} choices={items.plain.enum.map((option): Choice => ({ value: String(option), label: valueLabel(kind, lang, name, String(option)) }))} inOrder onChange={onChange} />
    if (ref) return <ManyInput id={id} value={list.map(String)} choices={choicesFor(ref, registry, lang, ref === 'device' ? types : [])} {...(ref === 'device' ? { beside: (device: string) => <DeviceNow device={device} /> } : {})} onChange={onChange} />
    if (items && propertiesOf(items.plain) && items.plain.type === 'object') {
      const rows = <ObjectRows {...inside} item={items.plain} root={root} list={list} />
      if (isSort(marks.format)) return <StillInput {...inside} sort={marks.format} rows={rows} />
      return marks.format === 'polygon' ? <PolygonInput {...inside} rows={rows} /> : rows
    }
    return <Tokens {...inside} list={list} />
  }
  if (type === 'object' && Object.keys(propertiesOf(schema)).length) {
    const parts = <Group inside={inside} root={root} name={name} />
    return isSort(marks.format) ? <StillInput {...inside} sort={marks.format} rows={parts} /> : parts
  }
  if (type === 'object') return <MapRows {...inside} />
  if (type === 'string') return <LineInput {...plainProps(inside)} placeholder={placeholder} mono={marks.format !== undefined} />
  return <JsonInput {...inside} />
}

function Tuple({ inside, root, name, list }: { inside: ControlProps; root: Schema; name: string; list: readonly Json[] }) {
  const parts = inside.schema.prefixItems ?? []
  return (
    <div className="field-row tuple">
      {parts.map((part, i) => (
        <Control
          key={i} id={i === 0 ? inside.id : `${inside.id}-${i}`} name={name} root={root} value={list[i]}
          schema={{ ...part, 'x-suiro': { ...inside.marks, ...part['x-suiro'] } }}
          onChange={(next) => {
            const all = parts.map((_, k) => (k === i ? (next ?? null) : (list[k] ?? null)))
            inside.onChange(all.every((v) => v === null) ? undefined : (all as Json[]))
          }}
        />
      ))}
    </div>
  )
}

function Group({ inside, root, name }: { inside: ControlProps; root: Schema; name: string }) {
  const { kind, lang } = useForm()
  const values = inside.value && typeof inside.value === 'object' && !Array.isArray(inside.value) ? inside.value : {}
  return (
    <div className="nested">
      {Object.entries(propertiesOf(inside.schema)).map(([key, schema]) => (
        <div key={key} className="field">
          <label htmlFor={`${inside.id}-${key}`}>{labelOf(kind, lang, key)}</label>
          <Control
            id={`${inside.id}-${key}`} name={name} schema={schema} root={root} value={values[key]}
            onChange={(next) => {
              const all: { [key: string]: Json } = { ...values }
              if (next === undefined) delete all[key]
              else all[key] = next
              inside.onChange(Object.keys(all).length ? all : undefined)
            }}
          />
        </div>
      ))}
    </div>
  )
}

/** A value that may be written in more than one shape. */
function Several({ inside, branches, ...props }: Props & { inside: ControlProps; branches: readonly Schema[] }) {
  const { t } = useWords()
  if (inside.marks.ref === 'device' || branches.some((branch) => branch['x-suiro']?.ref === 'device')) return <TargetPick {...inside} />
  const fits = (branch: Schema): boolean => {
    const type = inner(branch, props.root).plain.type
    const value = props.value
    if (value === undefined) return false
    return type === 'array' ? Array.isArray(value) : type === 'object' ? typeof value === 'object' && !Array.isArray(value) : type === 'integer' ? typeof value === 'number' : typeof value === type
  }
  const current = Math.max(0, branches.findIndex(fits))
  return (
    <div className="stack-tight">
      <div className="btn-group" role="group">
        {branches.map((branch, i) => (
          <button key={i} type="button" className="btn btn-small" aria-pressed={i === current} onClick={() => i !== current && props.onChange(emptyOf(inner(branch, props.root).plain))}>
            {t(`shape.${shapeKey(inner(branch, props.root).plain)}`)}
          </button>
        ))}
      </div>
      <Control {...props} schema={{ ...branches[current]!, 'x-suiro': { ...inside.marks, ...branches[current]!['x-suiro'] } }} />
    </div>
  )
}

function emptyOf(schema: Schema): Json {
  if (schema.type === 'object') return {}
  if (schema.type === 'array') return []
  if (schema.type === 'boolean') return false
  if (schema.type === 'number' || schema.type === 'integer') return 0
  return ''
}

function shapeKey(schema: Schema): 'text' | 'number' | 'boolean' | 'list' | 'object' | 'any' {
  switch (schema.type) {
    case 'string': return 'text'
    case 'number': case 'integer': return 'number'
    case 'boolean': return 'boolean'
    case 'array': return 'list'
    case 'object': return 'object'
    default: return 'any'
  }
}

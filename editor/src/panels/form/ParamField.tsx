import { Link2, Link2Off } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { kindWords, type Schema } from '../../model/catalog'
import { batch } from '../../model/changes'
import type { Json, Setting } from '../../model/document'
import { makeSetting } from '../../model/edits'
import { freshSetting } from '../../model/ids'
import { inner } from '../../model/schema'
import { formatNumber, unitFor } from '../../model/summary'
import { documentNow, useFlow } from '../../session/flow'
import { useUi } from '../../session/ui'
import { useWords } from '../../words'
import { ProblemLines } from '../ProblemLines'
import { Control } from './Control'
import { labelOf, useForm } from './context'

interface Props {
  readonly name: string
  readonly schema: Schema
  readonly required: boolean
  /** Another head instead of the label, e.g. a choice between params. */
  readonly head?: ReactNode
}

export function ParamField({ name, schema, required, head }: Props) {
  const form = useForm()
  const { t } = useWords()
  const { kind, node, lang, document } = form
  const value = node.params?.[name]
  const { marks } = inner(schema, kind.schema)
  const help = kindWords(kind, lang)?.params?.[name]
  const problems = useFlow((flow) => flow.problems).filter((problem) => problem.node === node.id && problem.param === name)
  const id = `param-${name}`
  const box = useFocused(node.id, name)
  const used = typeof value === 'string' && value.startsWith('$') && !value.startsWith('$$') && marks.settable ? value.slice(1) : null
  return (
    <div className="field param" ref={box} data-testid={id} data-param={name}>
      <div className="param-head">
        {head ? <label className="hidden-text" htmlFor={id}>{labelOf(kind, lang, name)}</label> : null}
        {head ?? <label htmlFor={id}>{labelOf(kind, lang, name)}{required ? <span className="bad" aria-label={t('form.required')}> *</span> : null}</label>}
        {marks.settable && (used !== null || simple(value)) ? <SettingToggle name={name} used={used} schema={schema} /> : null}
      </div>
      {used === null ? (
        <Control id={id} name={name} schema={schema} root={kind.schema} value={value} required={required} invalid={problems.some((p) => p.severity === 'error')} onChange={(next) => form.set(name, next)} />
      ) : (
        <SettingPick id={id} used={used} onPick={(next) => form.set(name, `$${next}`)} />
      )}
      {help ? <span className="field-hint">{help}</span> : null}
      {used !== null && !document.settings?.[used] ? <span className="field-problem">{t('settings.missing', { name: used })}</span> : null}
      <ProblemLines problems={problems} />
    </div>
  )
}

function useFocused(node: string, param: string) {
  const box = useRef<HTMLDivElement>(null)
  const wanted = useFlow((flow) => flow.focus?.node === node && flow.focus.param === param)
  useEffect(() => {
    if (!wanted || !box.current) return
    box.current.scrollIntoView({ block: 'center' })
    box.current.querySelector<HTMLElement>('input, select, textarea, button')?.focus()
    useFlow.setState({ focus: null })
  }, [wanted])
  return box
}

function simple(value: Json | undefined): boolean {
  return value !== undefined && (typeof value !== 'object' || value === null)
}

function SettingToggle({ name, used, schema }: { name: string; used: string | null; schema: Schema }) {
  const { t } = useWords()
  const { node, kind, fields, lang, set } = useForm()
  const make = () => {
    const document = documentNow()
    const value = node.params?.[name]
    if (value === undefined) return
    const label = `${node.label || (kindWords(kind, lang)?.label ?? kind.id)}: ${labelOf(kind, lang, name)}`
    const unit = unitFor({ 'x-suiro': inner(schema, kind.schema).marks }, node, fields)
    const setting: Setting = { value, ...(unit && typeof value === 'number' ? { unit } : {}), label, assumed: false }
    useFlow.getState().change(batch(makeSetting(document, node.id, name, [], freshSetting(document, name), setting)))
  }
  const unmake = () => {
    const value = used === null ? undefined : documentNow().settings?.[used]?.value
    set(name, value === undefined ? undefined : value)
  }
  return used === null ? (
    <button type="button" className="link-button" onClick={make} title={t('settings.make_help')} data-testid={`make-setting-${name}`}><Link2 size={13} aria-hidden />{t('settings.make')}</button>
  ) : (
    <button type="button" className="link-button" onClick={unmake} title={t('settings.unmake_help')} data-testid={`unmake-setting-${name}`}><Link2Off size={13} aria-hidden />{t('settings.unmake')}</button>
  )
}

/** The setting whose value a param takes; the value itself is one click away. */
function SettingPick({ id, used, onPick }: { id: string; used: string; onPick: (name: string) => void }) {
  const { t } = useWords()
  const { document } = useForm()
  const settings = Object.entries(document.settings ?? {})
  const setting = document.settings?.[used]
  const shown = setting ? `${typeof setting.value === 'number' ? formatNumber(setting.value) : String(setting.value)} ${setting.unit ?? ''}`.trim() : ''
  return (
    <div className="field-row">
      <select id={id} value={used} onChange={(event) => onPick(event.target.value)} data-testid={`${id}-setting`}>
        {setting ? null : <option value={used}>{used}</option>}
        {settings.map(([name, each]) => <option key={name} value={name}>{each.label || name}</option>)}
      </select>
      <button type="button" className="btn btn-small setting-value" onClick={() => useUi.getState().set({ tab: 'settings' })} title={t('settings.open')}>{shown || '–'}</button>
    </div>
  )
}

import { Check, Plus, SlidersHorizontal, Trash2, Zap } from 'lucide-react'
import { nodeName } from '../model/naming'
import { type Json, type Setting } from '../model/document'
import { setSetting, usesOf } from '../model/edits'
import { freshSetting } from '../model/ids'
import { applyLive, liveDifference } from '../session/running'
import { documentNow, useFlow } from '../session/flow'
import { useKnown } from '../session/known'
import { selectNodes } from '../model/selection'
import { runs } from '../wire/records'
import { useWords } from '../words'
import { ZoneInput } from './form/inputs'
import { ProblemLines } from './ProblemLines'
import { SettingControl } from './SettingControl'

export function changeSetting(name: string, part: Partial<Setting>): void {
  const document = documentNow()
  const before = document.settings?.[name]
  if (before) useFlow.getState().change(setSetting(document, name, { ...before, ...part }), `setting ${name}`)
}

/** Whoever changes a value has thought about it: it is no assumption any more. */
export function decideSetting(name: string, value: Json): void {
  changeSetting(name, { value, assumed: false })
}

export function SettingsPanel() {
  const { t } = useWords()
  const document = useFlow((flow) => flow.history.document)
  const settings = Object.entries(document.settings ?? {})
  return (
    <div className="panel-pad stack">
      {settings.length === 0 ? <div className="empty"><SlidersHorizontal aria-hidden /><p>{t('settings.none')}</p></div> : <p className="small muted">{t('settings.about')}</p>}
      <ApplyLive />
      {settings.map(([name, setting]) => <SettingRow key={name} name={name} setting={setting} />)}
      <div><button type="button" className="btn btn-small" onClick={() => {
        const fresh = freshSetting(documentNow(), 'setting')
        useFlow.getState().change(setSetting(documentNow(), fresh, { value: 0, label: '', assumed: false }))
      }}><Plus aria-hidden />{t('settings.add')}</button></div>
      <FlowFields />
    </div>
  )
}

function SettingRow({ name, setting }: { name: string; setting: Setting }) {
  const { t, lang } = useWords()
  const document = useFlow((flow) => flow.history.document)
  const catalog = useKnown((known) => known.catalog)
  const nameOf = (node: string) => nodeName(document, catalog, node, lang)
  const problems = useFlow((flow) => flow.problems).filter((problem) => problem.setting === name)
  const uses = usesOf(document, name)
  const id = `setting-input-${name}`
  return (
    <section className="setting" data-testid={`setting-${name}`} data-assumed={setting.assumed || undefined}>
      <div className="param-head">
        <label htmlFor={id} className="strong small">{setting.label || name}</label>
        {setting.assumed ? <span className="badge badge-warn" title={t('settings.assumed_help')}>{t('settings.assumed')}</span> : null}
      </div>
      <SettingControl id={id} name={name} setting={setting} testId={`setting-value-${name}`} onChange={(value) => decideSetting(name, value)} />
      {setting.help ? <span className="field-hint">{setting.help}</span> : null}
      <ProblemLines problems={problems} />
      <div className="setting-foot small">
        {uses.length ? (
          <button type="button" className="link-button" onClick={() => useFlow.getState().select(selectNodes(uses))}>{t('settings.used', { names: uses.map((node) => nameOf(node)).join(lang === 'ja' ? '、' : ', ') })}</button>
        ) : (
          <button type="button" className="link-button bad" onClick={() => useFlow.getState().change(setSetting(documentNow(), name, undefined))}><Trash2 size={13} aria-hidden />{t('settings.unused')}</button>
        )}
        {setting.assumed ? <button type="button" className="link-button" onClick={() => changeSetting(name, { assumed: false })}><Check size={13} aria-hidden />{t('settings.keep')}</button> : null}
        <details className="setting-more">
          <summary>{t('settings.more')}</summary>
          <div className="stack-tight">
            <div className="field"><label htmlFor={`${id}-label`}>{t('settings.label')}</label><input id={`${id}-label`} value={setting.label ?? ''} onChange={(event) => changeSetting(name, { label: event.target.value })} /></div>
            {typeof setting.value === 'number' ? <div className="field"><label htmlFor={`${id}-unit`}>{t('settings.unit')}</label><input id={`${id}-unit`} value={setting.unit ?? ''} onChange={(event) => changeSetting(name, { unit: event.target.value || undefined } as Partial<Setting>)} /></div> : null}
            <code className="tiny faint">${name}</code>
          </div>
        </details>
      </div>
    </section>
  )
}

/** Settings may change what runs at once, without a deploy. */
function ApplyLive() {
  const { t } = useWords()
  const document = useFlow((flow) => flow.history.document)
  const deployed = useFlow((flow) => flow.deployed)
  const status = useFlow((flow) => flow.status)
  const values = runs(status) && deployed ? liveDifference(document, deployed.document) : {}
  const n = Object.keys(values).length
  if (n === 0) return null
  return (
    <div className="callout">
      <Zap aria-hidden />
      <div className="grow stack-tight">
        <span>{t('settings.live', { n })}</span>
        <div><button type="button" className="btn btn-small btn-primary" onClick={() => void applyLive(values)} data-testid="settings-apply">{t('settings.apply')}</button></div>
      </div>
    </div>
  )
}

/** What belongs to the flow as a whole. */
function FlowFields() {
  const { t } = useWords()
  const document = useFlow((flow) => flow.history.document)
  const put = (key: 'description' | 'time_zone' | 'delivery', value: string) => useFlow.getState().change({ t: 'put', key, value: value || undefined }, `flow ${key}`)
  return (
    <details className="flow-fields">
      <summary>{t('settings.flow')}</summary>
      <div className="stack">
        <div className="field"><label htmlFor="flow-description">{t('flow.description')}</label><textarea id="flow-description" rows={2} value={document.description ?? ''} onChange={(event) => put('description', event.target.value)} /></div>
        <div className="field"><label htmlFor="flow-zone">{t('flow.zone')}</label><ZoneInput id="flow-zone" value={document.time_zone} onChange={(zone) => put('time_zone', zone ?? '')} /></div>
        <div className="field"><label htmlFor="flow-delivery">{t('flow.delivery')}</label>
          <select id="flow-delivery" value={document.delivery ?? ''} onChange={(event) => put('delivery', event.target.value)}>
            <option value="">{t('flow.delivery_default')}</option><option value="durable">{t('flow.delivery_durable')}</option><option value="fast">{t('flow.delivery_fast')}</option>
          </select></div>
      </div>
    </details>
  )
}

import { Link2Off } from 'lucide-react'
import type { Json } from '../../model/document'
import { useUi } from '../../session/ui'
import { useWords } from '../../words'
import { useForm, type ControlProps } from './context'

export function isSetting(value: Json | undefined): value is string {
  return typeof value === 'string' && /^\$[a-z]/.test(value)
}

/** A value inside a larger one that is taken from a setting; the setting itself is one click away. */
export function SettingInPlace({ id, value, onChange }: ControlProps) {
  const { t } = useWords()
  const { document } = useForm()
  const name = String(value).slice(1)
  const setting = document.settings?.[name]
  return (
    <div className="field-row">
      <button id={id} type="button" className="btn btn-small grow truncate" title={t('settings.open')} onClick={() => useUi.getState().set({ tab: 'settings' })}>
        {setting ? `${setting.label || name}: ${String(setting.value)} ${setting.unit ?? ''}`.trim() : t('settings.missing', { name })}
      </button>
      <button type="button" className="btn btn-small btn-icon btn-quiet" aria-label={t('settings.unmake')} title={t('settings.unmake_help')} onClick={() => onChange(setting?.value)}><Link2Off aria-hidden /></button>
    </div>
  )
}

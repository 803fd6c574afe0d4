// What the flow did, the newest first: notices with whom they went to, commands with what they switch.
import { Bell, Hand, Zap } from 'lucide-react'
import { spoken } from '../model/catalog'
import { LAMPS, type Alert } from '../model/show'
import { useWords } from '../words'
import { clockOf, valueSaid } from './said'
import { useShow, type About } from './state'

export function Alerts({ approve }: { approve?: (key: string) => void }) {
  const { t } = useWords()
  const about = useShow((show) => show.about)
  const alerts = useShow((show) => show.seen.alerts)
  if (!about) return null
  return (
    <section className="told" aria-label={t('demo.alerts')}>
      <h2 className="told-head"><Bell size={18} aria-hidden />{t('demo.alerts')}<span className="number told-count" data-testid="alert-count">{alerts.length || ''}</span></h2>
      <div className="told-list" role="log" tabIndex={0} aria-label={t('demo.alerts')}><ol className="plain">
        {[...alerts].reverse().map((alert) => <One key={alert.id} about={about} alert={alert} {...(approve ? { approve } : {})} />)}
        {alerts.length === 0 ? <li className="muted told-none">{t('demo.no_alerts')}</li> : null}
      </ol></div>
    </section>
  )
}

function One({ about, alert, approve }: { about: About; alert: Alert; approve?: (key: string) => void }) {
  const { t, lang } = useWords()
  const lamp = Object.values(alert.values ?? {}).find((value) => (LAMPS as readonly unknown[]).includes(value))
  const Icon = alert.pending ? Hand : alert.values ? Zap : Bell
  const values = Object.values(alert.values ?? {}).map((value) => valueSaid(value, '', lang)).join(', ')
  return (
    <li className="told-one" data-sort={alert.values ? 'switch' : 'notice'} data-pending={alert.pending || undefined} data-testid="alert">
      {typeof lamp === 'string' ? <span className="lamp" data-color={lamp} aria-hidden /> : <span className="told-mark"><Icon size={18} aria-hidden /></span>}
      <div className="grow">
        <p className="told-text">{spoken(alert.said, lang, alert.kind)}{values ? <strong> → {values}</strong> : null}</p>
        <p className="told-about"><time className="number">{clockOf(alert.at, about.zone, lang)}</time>{alert.to ? <span>→ {spoken(about.destinations[alert.to], lang, alert.to)}</span> : null}{alert.pending ? <span className="badge badge-warn">{t('demo.pending')}</span> : null}</p>
      </div>
      {alert.pending && alert.key && approve ? <button type="button" className="btn btn-primary" onClick={() => approve(alert.key!)} data-testid="approve">{t('demo.approve')}</button> : null}
    </li>
  )
}

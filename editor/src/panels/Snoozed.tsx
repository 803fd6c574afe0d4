import { BellOff, CalendarClock } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { holdsNow, type Snooze } from '../model/snoozes'
import { endSnooze, useSnoozes, useSnoozesHere, useSnoozesOf } from '../session/snoozes'
import { localeOf, useWords } from '../words'

function useSnoozeWords() {
  const { t, lang } = useWords()
  const now = useSnoozes((snoozes) => snoozes.now)
  const clock = (ms: number) => new Intl.DateTimeFormat(localeOf(lang), new Date(ms).toDateString() === new Date(now).toDateString() ? { hour: 'numeric', minute: '2-digit' } : { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' }).format(ms)
  const when = (one: Snooze) => (holdsNow(one, now) ? t('snooze.until', { until: clock(one.until) }) : t('snooze.planned', { start: clock(one.start), until: clock(one.until) }))
  const whole = (one: Snooze) => (one.device_name ? t('snooze.of', { device: one.device_name, when: when(one) }) : when(one))
  /** When the next thing happens: its end, or its beginning. */
  const edge = (one: Snooze) => clock(holdsNow(one, now) ? one.until : one.start)
  return { t, when, whole, edge, now }
}

/** In the bar: that the flow or a device of it is snoozed, until when, and the end of it. */
export function SnoozeMark() {
  const here = useSnoozesHere()
  return here.length ? <Mark here={here} /> : null
}

function Mark({ here }: { here: readonly Snooze[] }) {
  const { t, when, whole, now } = useSnoozeWords()
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!open) return
    const away = (event: Event) => { if (!box.current?.contains(event.target as Node)) setOpen(false) }
    window.addEventListener('pointerdown', away)
    return () => window.removeEventListener('pointerdown', away)
  }, [open])
  const holding = here.filter((one) => holdsNow(one, now))
  const first = holding[0] ?? here[0]!
  const Icon = holding.length ? BellOff : CalendarClock
  return (
    <div className="snoozed" ref={box} onKeyDown={(event) => { if (event.key === 'Escape') setOpen(false) }}>
      <button type="button" className={holding.length ? 'badge badge-accent snooze-mark' : 'badge snooze-mark'} aria-expanded={open} aria-label={here.map(whole).join('\n')} title={here.map(whole).join('\n')} onClick={() => setOpen(!open)} data-testid="snoozed">
        <Icon size={13} aria-hidden /><span className="snooze-words">{whole(first)}{here.length > 1 ? ` +${here.length - 1}` : ''}</span>
      </button>
      {open ? (
        <div className="menu snooze-list" role="group" aria-label={t('snooze.title')} data-testid="snooze-list">
          {here.map((one) => (
            <div key={one.id} className="snooze-one small" data-testid={`snooze-${one.id}`}>
              <div className="grow stack-tight">
                <strong>{one.device_name ?? t('snooze.flow')}</strong><span>{when(one)}</span>
                {one.reason || one.by ? <span className="muted">{[one.reason, one.by].filter(Boolean).join(' · ')}</span> : null}
                {one.commands ? <span className="muted">{t('snooze.commands')}</span> : null}
                {one.count ? <span className="muted number">{t('snooze.count', { n: one.count })}</span> : null}
              </div>
              <button type="button" className="btn btn-small" onClick={() => void endSnooze(one.id)} data-testid="snooze-end">{t(holdsNow(one, now) ? 'snooze.end' : 'snooze.cancel')}</button>
            </div>
          ))}
          <a className="small" href="/inbox/?state=snoozed">{t('snooze.all')}</a>
        </div>
      ) : null}
    </div>
  )
}

/** On an action node: what it does is held back. */
export function NodeSnoozed({ id }: { id: string }) {
  const felt = useSnoozesOf(id)
  return felt.length ? <Sign id={id} felt={felt} /> : null
}

function Sign({ id, felt }: { id: string; felt: readonly Snooze[] }) {
  const { whole, edge, now } = useSnoozeWords()
  const words = felt.map(whole).join('\n')
  const first = felt.find((one) => holdsNow(one, now)) ?? felt[0]!
  const Icon = holdsNow(first, now) ? BellOff : CalendarClock
  return <span className="node-snoozed" role="img" aria-label={words} title={words} data-testid={`snoozed-${id}`}><Icon size={14} aria-hidden /><span className="tiny number" aria-hidden>{edge(first)}</span></span>
}

// The line above: which scenario, what time it is there and how fast it goes, and what can be opened.
import { Captions, FileText, Languages, Maximize, Share2, X, Keyboard, BookOpen } from 'lucide-react'
import { spoken } from '../model/catalog'
import { clockOf, dayOf } from '../show/said'
import { useShow } from '../show/state'
import { useWords } from '../words'
import { fullScreen, makeReport, switchLanguage } from './acts'
import { useDemo } from './state'

export function Top() {
  const { t, lang } = useWords()
  const told = useDemo((demo) => demo.told)!
  const shared = useDemo((demo) => demo.playing.shared)
  const notes = useDemo((demo) => demo.notes)
  return (
    <header className="demo-top">
      <img src="/static/suiro/mark.svg" width="30" height="30" alt="" />
      <h1 className="truncate">{spoken(told.title, lang, told.name)}</h1>
      <Clock />
      <nav className="demo-tools" aria-label={t('demo.tools')}>
        <Tool label={t('demo.notes')} letter="N" pressed={notes} act={() => useDemo.setState({ notes: !notes })} id="notes"><Captions aria-hidden /></Tool>
        {told.words.length ? <Tool label={t('demo.words')} letter="W" act={() => useDemo.setState({ panel: 'words' })} id="words"><BookOpen aria-hidden /></Tool> : null}
        <Tool label={t('demo.share')} letter="S" pressed={shared} act={() => useDemo.setState({ panel: 'share' })} id="share"><Share2 aria-hidden /></Tool>
        <Tool label={t('demo.report')} letter="P" act={() => void makeReport()} id="report"><FileText aria-hidden /></Tool>
        <Tool label={t('demo.language')} letter="L" act={switchLanguage} id="language"><Languages aria-hidden /></Tool>
        <Tool label={t('demo.full')} letter="F" act={fullScreen} id="full"><Maximize aria-hidden /></Tool>
        <Tool label={t('demo.keys')} letter="?" act={() => useDemo.setState({ panel: 'keys' })} id="keys"><Keyboard aria-hidden /></Tool>
        <a className="btn btn-quiet btn-icon" href={`/gallery/${told.name}/`} title={t('demo.leave')} aria-label={t('demo.leave')}><X aria-hidden /></a>
      </nav>
    </header>
  )
}

function Tool({ label, letter, pressed, act, id, children }: { label: string; letter: string; pressed?: boolean; act: () => void; id: string; children: React.ReactNode }) {
  return (
    <button type="button" className="btn btn-quiet btn-icon" aria-label={label} title={`${label} (${letter})`} {...(pressed === undefined ? {} : { 'aria-pressed': pressed })} aria-keyshortcuts={letter} onClick={act} data-testid={`tool-${id}`}>{children}</button>
  )
}

export function Clock() {
  const { t, lang } = useWords()
  const now = useShow((show) => show.seen.now)
  const zone = useDemo((demo) => demo.told?.zone ?? 'UTC')
  const { speed, pace, slowed, paused } = useDemo((demo) => demo.playing)
  const connected = useDemo((demo) => demo.connected)
  return (
    <div className="demo-clock">
      <span className="demo-day">{dayOf(now, zone, lang)}</span>
      <time className="number demo-time" data-testid="clock">{clockOf(now, zone, lang)}</time>
      {!connected ? <span className="badge badge-warn" role="status">{t('demo.away')}</span>
        : paused ? <span className="badge badge-warn" data-testid="paused">{t('demo.paused')}</span>
        : slowed ? <span className="badge badge-warn" title={t('demo.slowed_why')}>{t('demo.slowed', { pace: pace >= 10 ? Math.round(pace) : pace })}</span>
        : <span className="badge badge-accent number">×{speed}</span>}
    </div>
  )
}

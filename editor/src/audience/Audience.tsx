// What phones in the room see: the step of the story, the picture or the plan, what was told, the series.
import { spoken } from '../model/catalog'
import { useUi } from '../session/ui'
import { Alerts } from '../show/Alerts'
import { Charts } from '../show/Charts'
import { clockOf } from '../show/said'
import { Scene } from '../show/Scene'
import { useShow } from '../show/state'
import { useWords } from '../words'
import { useLine } from './listen'

export function Audience() {
  const { t, lang } = useWords()
  const about = useShow((show) => show.about)
  const step = useShow((show) => show.seen.step)
  const now = useShow((show) => show.seen.now)
  const line = useLine((one) => one.state)
  if (!about) return null
  if (line === 'over') return <main className="audience-over" data-testid="over"><img src="/assets/mark.svg" width="44" height="44" alt="" /><h1>{t('demo.share_over')}</h1><p className="muted">{t('demo.share_thanks')}</p></main>
  const other = lang === 'ja' ? 'en' : 'ja'
  return (
    <main className="audience" data-testid="audience">
      <header className="audience-head">
        <img src="/assets/mark.svg" width="26" height="26" alt="" />
        <h1 className="grow">{spoken(about.title, lang, about.name)}</h1>
        <button type="button" className="btn btn-small" lang={other} onClick={() => { useUi.getState().set({ lang: other }); window.document.documentElement.lang = other }}>{t('demo.other_language')}</button>
      </header>
      <p className="audience-step"><time className="number">{now ? clockOf(now, about.zone, lang) : ''}</time><strong data-testid="audience-step">{step === null ? '' : spoken(about.steps[step]?.title, lang, '')}</strong>{line === 'away' ? <span className="badge badge-warn" role="status">{t('demo.away')}</span> : null}</p>
      <Scene />
      <Alerts />
      <Charts />
    </main>
  )
}

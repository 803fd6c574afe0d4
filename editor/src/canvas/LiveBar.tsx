import { Pause, Play } from 'lucide-react'
import { deviceLabel } from '../model/registry'
import { useKnown } from '../session/known'
import { useLive } from '../session/live'
import { localeOf, useWords } from '../words'

/** Holds the live picture still; says so while it stands, and which event is being followed. */
export function LiveBar() {
  const { t, lang } = useWords()
  const registry = useKnown((known) => known.registry)
  const live = useLive((state) => Object.keys(state.edges).length > 0)
  const paused = useLive((state) => state.behind !== null)
  const followed = useLive((state) => state.followed)
  if (!live) return null
  const event = followed ? [followed.device ? deviceLabel(registry, followed.device, lang) : '', followed.time ? new Date(followed.time).toLocaleTimeString(localeOf(lang)) : ''].filter(Boolean).join(' · ') : ''
  return (
    <div className="live-bar" data-paused={paused || undefined} data-testid="live-bar">
      {paused ? <span className="small" role="status">{followed ? t('live.following', { event }) : t('live.paused')}</span> : null}
      <button type="button" className="btn btn-small" title={paused ? undefined : t('live.pause_help')} onClick={() => useLive.getState().pause(!paused)} data-testid="live-pause">
        {paused ? <Play aria-hidden /> : <Pause aria-hidden />}{t(paused ? 'live.resume' : 'live.pause')}
      </button>
    </div>
  )
}

import { ChevronRight, CircleCheck, CircleDashed, CircleX } from 'lucide-react'
import { useMemo } from 'react'
import { formatDuration, spokenDuration } from '../model/duration'
import type { FlowDocument } from '../model/document'
import { nodeName } from '../model/naming'
import { fieldWords } from '../model/registry'
import { timelineOf, type Line, type Timeline } from '../model/timeline'
import { useKnown } from '../session/known'
import type { Evidence, TrialStream } from '../wire/records'
import { useWords, type Key } from '../words'

const SORTS: { readonly [sort: string]: Key } = {
  fires: 'trial.fires', below: 'trial.below', short: 'trial.short', trembles: 'trial.trembles', silence: 'trial.silence',
  clock: 'trial.clock', hours: 'trial.hours', test: 'trial.test',
}

/** What the flow did with streams made from its own numbers, before anything of it is live. */
export function Trial({ evidence, document }: { evidence: Evidence; document: FlowDocument }) {
  const { t, lang } = useWords()
  const catalog = useKnown((known) => known.catalog)
  const { streams, unreached } = evidence
  if (streams.length === 0) return null
  const wrong = streams.filter((stream) => !stream.passed).length
  return (
    <details className="trial small" data-testid="trial" data-wrong={wrong || undefined} open={wrong > 0}>
      <summary>
        <ChevronRight size={14} aria-hidden className="trial-fold" />
        {wrong ? <CircleX size={14} aria-hidden className="trial-bad" /> : <CircleCheck size={14} aria-hidden className="trial-good" />}
        <span>{wrong ? t('trial.wrong', { count: streams.length, wrong }) : t('trial.right', { count: streams.length })}</span>
      </summary>
      <ul className="plain trial-streams">{streams.map((stream, i) => <Stream key={i} stream={stream} />)}</ul>
      {unreached.length ? <p className="row tiny muted" data-testid="trial-unreached"><CircleDashed size={14} aria-hidden />{t('trial.unreached', { nodes: unreached.map((id) => nodeName(document, catalog, id, lang)).join(t('trial.and')) })}</p> : null}
    </details>
  )
}

function Stream({ stream }: { stream: TrialStream }) {
  const { t } = useWords()
  const timeline = useMemo(() => timelineOf(stream), [stream])
  const Icon = stream.passed ? CircleCheck : CircleX
  return (
    <li className="trial-stream" data-passed={stream.passed} data-sort={stream.sort}>
      <h4><Icon size={14} aria-label={t(stream.passed ? 'trial.as_expected' : 'trial.not_expected')} className={stream.passed ? 'trial-good' : 'trial-bad'} />{t(SORTS[stream.sort] ?? 'trial.test')}</h4>
      <Picture timeline={timeline} label={stream.words} />
      <details className="trial-words tiny muted"><summary>{t('trial.words')}</summary><p>{stream.words}</p></details>
    </li>
  )
}

const WIDE = 300
const HIGH = 56
const EDGE = 6

function Picture({ timeline, label }: { timeline: Timeline; label: string }) {
  const { lang } = useWords()
  const registry = useKnown((known) => known.registry)
  const key = ({ device, field, low, high }: Line) => {
    const { label, unit } = fieldWords(registry, device, field, lang)
    return `${label} ${low === high ? low : `${low} – ${high}`}${unit ? ` ${unit}` : ''}`
  }
  const x = (at: number) => EDGE + (at / timeline.length) * (WIDE - 2 * EDGE)
  const y = (height: number) => HIGH - EDGE - height * (HIGH - 2 * EDGE)
  return (
    <figure className="trial-picture">
      <svg viewBox={`0 0 ${WIDE} ${HIGH}`} role="img" aria-label={label}>
        <line className="trial-ground" x1={EDGE} x2={WIDE - EDGE} y1={HIGH - 2} y2={HIGH - 2} />
        {timeline.lines.map((line, i) => (
          <g key={i} className={`trial-line trial-line-${i}`}>
            <path d={line.points.map(([at, height], n) => (n === 0 ? `M${x(at)} ${y(height)}` : `H${x(at)}V${y(height)}`)).join('')} />
            {line.points.length <= 40 ? line.points.map(([at, height], n) => <circle key={n} cx={x(at)} cy={y(height)} r={1.6} />) : null}
          </g>
        ))}
        {timeline.fired.map((moment, i) => (
          <g key={i} className="trial-fired"><line x1={x(moment.at)} x2={x(moment.at)} y1={2} y2={HIGH - 2} /><circle cx={x(moment.at)} cy={5} r={3.5} /><title>{moment.text || moment.node}</title></g>
        ))}
      </svg>
      <figcaption className="tiny faint">
        <span className="trial-keys">
          {timeline.lines.map((line, i) => <span key={i} className={`trial-key trial-line-${i}`}>{key(line)}</span>)}
        </span>
        <span>{spokenDuration(formatDuration(timeline.length), lang)}</span>
      </figcaption>
    </figure>
  )
}

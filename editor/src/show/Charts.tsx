// The series of a demo, each a line from its first reading to now with the limits of the flow across, or bands where it says words.
import { spoken } from '../model/catalog'
import { bandsOf, heightOf, LAMPS, lineOf, scaleOf, type Limit, type Point, type Scale } from '../model/show'
import { useWords } from '../words'
import { deviceName, tickOf, valueSaid } from './said'
import { useShow, type About, type Signal } from './state'

const NONE: readonly Point[] = []
const NO_LIMITS: readonly Limit[] = []
const [WIDTH, HEIGHT] = [400, 100]

export function Charts() {
  const about = useShow((show) => show.about)
  if (!about?.signals.length) return null
  return <section className="charts" data-count={about.signals.length} data-testid="charts">{about.signals.map((signal, i) => <Chart key={signal.id} about={about} signal={signal} place={i} />)}</section>
}

function Chart({ about, signal, place }: { about: About; signal: Signal; place: number }) {
  const { t, lang } = useWords()
  const points = useShow((show) => show.seen.points[signal.id]) ?? NONE
  const limits = useShow((show) => show.seen.limits[lang]?.[signal.field]) ?? NO_LIMITS
  const now = useShow((show) => show.seen.now)
  const level = useShow((show) => show.seen.levels[signal.device])
  const last = points.at(-1)?.[1]
  const name = `${deviceName(about, signal.device, lang)} · ${spoken(signal.label, lang, signal.field)}`
  const span = points.length ? now - points[0]![0] : 0
  return (
    <figure className="series" data-level={level} data-place={place} data-testid={`chart-${signal.id}`}>
      <figcaption><span className="series-name">{name}</span><strong className="number series-now">{last === undefined ? '–' : valueSaid(last, signal.unit, lang)}</strong></figcaption>
      {points.length === 0 ? <p className="muted series-empty">{t('demo.no_value')}</p> : typeof last === 'number' ? <Line points={points} limits={limits} now={now} name={name} /> : <Bands points={points} now={now} />}
      {points.length ? <div className="series-times number"><span>{tickOf(points[0]![0], span, about.zone, lang)}</span><span>{tickOf(now, span, about.zone, lang)}</span></div> : null}
    </figure>
  )
}

function Line({ points, limits, now, name }: { points: readonly Point[]; limits: readonly Limit[]; now: number; name: string }) {
  const scale = scaleOf(points, limits, now)
  if (!scale) return null
  const { path, end } = lineOf(points, scale, WIDTH, HEIGHT)
  const inside = limits.filter((limit) => limit.value > scale.bottom && limit.value < scale.top)
  return (
    <div className="series-ground">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={name}>
        {inside.map((limit) => <line key={limit.value} className="series-limit" x1={0} x2={WIDTH} y1={heightOf(limit.value, scale, HEIGHT)} y2={heightOf(limit.value, scale, HEIGHT)} />)}
        <path className="series-area" d={`${path}L${end[0]} ${HEIGHT}L0 ${HEIGHT}Z`} />
        <path className="series-line" d={path} />
      </svg>
      {named(inside, scale).map((limit) => <LimitName key={limit.value} limit={limit} at={heightOf(limit.value, scale, HEIGHT) / HEIGHT} />)}
      <span className="series-end" style={{ left: `${(end[0] / WIDTH) * 100}%`, top: `${(end[1] / HEIGHT) * 100}%` }} aria-hidden />
    </div>
  )
}

/** Where lines are close to each other, one name is enough. */
function named(limits: readonly Limit[], scale: Scale): readonly Limit[] {
  const apart = (scale.top - scale.bottom) * 0.2
  return limits.filter((limit, i) => limits.slice(0, i).every((other) => Math.abs(other.value - limit.value) > apart))
}

/** Below its line, or above where there is no room below. */
function LimitName({ limit, at }: { limit: Limit; at: number }) {
  return <span className="series-limit-name" data-above={at > 0.75 || undefined} style={{ top: `${at * 100}%` }}>{limit.label}: <span className="number">{limit.value}</span></span>
}

function Bands({ points, now }: { points: readonly Point[]; now: number }) {
  const { lang } = useWords()
  const bands = bandsOf(points, now)
  const said = (word: string) => valueSaid(word === 'true' || word === 'false' ? word === 'true' : word, '', lang)
  return (
    <div className="series-ground series-bands">
      {bands.map((band) => (
        <span key={band.from} className="band" style={{ left: `${band.from * 100}%`, width: `${(band.to - band.from) * 100}%` }} data-color={(LAMPS as readonly string[]).includes(band.word) ? band.word : undefined} data-on={band.word === 'true' || undefined} title={said(band.word)}>
          <span className="truncate">{said(band.word)}</span>
        </span>
      ))}
    </div>
  )
}

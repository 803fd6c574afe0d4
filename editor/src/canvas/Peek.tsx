// A closer look at one output: its fields with a small line each, and what can be done with the event.
import { Pin, PinOff, Route } from 'lucide-react'
import { useEffect, useState, type PointerEvent } from 'react'
import { createPortal } from 'react-dom'
import { spoken } from '../model/catalog'
import type { Json } from '../model/document'
import { deviceLabel } from '../model/registry'
import { seriesOf, sparkline, type Sample, type Tap } from '../model/samples'
import { pictureIn, shownValue } from '../model/shown'
import { useKnown } from '../session/known'
import { useLive } from '../session/live'
import { Age } from '../panels/Age'
import { useWords } from '../words'

const WIDTH = 320
const MOST_HEIGHT = 260
const MARGIN = 8
const MOST_FIELDS = 8
const LINE = { width: 64, height: 18 }

interface Place {
  readonly left: number
  readonly top?: number
  readonly bottom?: number
}

/** Opens under the thing that is pointed at (above it near the lower edge), and closes when it is left; also by Escape and by
 *  a touch beside it, since a finger leaves nothing. */
export function usePeek() {
  const [place, setPlace] = useState<Place | null>(null)
  const open = (target: Element) => {
    const box = target.getBoundingClientRect()
    const left = Math.max(MARGIN, Math.min(box.left + box.width / 2 - WIDTH / 2, window.innerWidth - WIDTH - MARGIN))
    setPlace(box.bottom + MOST_HEIGHT < window.innerHeight ? { left, top: box.bottom } : { left, bottom: window.innerHeight - box.top })
  }
  const close = () => setPlace(null)
  useEffect(() => {
    if (!place) return
    const away = (event: Event) => { if (!(event.target instanceof Element && event.target.closest('.peek'))) setPlace(null) }
    const escape = (event: KeyboardEvent) => { if (event.key === 'Escape') setPlace(null) }
    window.addEventListener('pointerdown', away, true)
    window.addEventListener('keydown', escape, true)
    return () => {
      window.removeEventListener('pointerdown', away, true)
      window.removeEventListener('keydown', escape, true)
    }
  }, [place])
  const hover = {
    onPointerEnter: (event: PointerEvent) => { if (event.pointerType === 'mouse') open(event.currentTarget) },
    onPointerLeave: close,
    onClick: (event: { currentTarget: Element }) => open(event.currentTarget),
    onKeyDown: (event: { key: string; currentTarget: Element }) => { if (event.key === 'Enter') open(event.currentTarget); else if (event.key === 'Escape') close() },
    onBlur: (event: { currentTarget: Element; relatedTarget: Element | null }) => { if (!event.relatedTarget?.closest('.peek')) close() },
  }
  return { place, open, close, hover }
}

interface Looked {
  readonly output: string
  readonly tap: Tap
  readonly sample: Sample
  readonly held: boolean
}

export function Peek({ place, ...looked }: Looked & { place: Place }) {
  return createPortal(
    <div className="peek" style={{ width: WIDTH, maxHeight: MOST_HEIGHT, ...place }} data-testid="peek" onPointerDown={(event) => event.stopPropagation()} onClick={(event) => event.stopPropagation()}>
      <div className="peek-inside"><Look {...looked} /></div>
    </div>,
    window.document.body,
  )
}

export function Look({ output, tap, sample, held }: Looked) {
  const { t, lang } = useWords()
  const registry = useKnown((known) => known.registry)
  const followed = useLive((live) => live.followed)
  const { hold, follow } = useLive.getState()
  const plain: Sample = { time: sample.time, device: sample.device, data: sample.data }
  return (
    <div className="stack-tight">
      <div className="peek-head small"><strong className="truncate">{sample.device ? deviceLabel(registry, sample.device, lang) : t('live.total', { n: tap.count })}</strong><Age time={sample.time} /></div>
      <Fields tap={tap} sample={sample} />
      {sample.device ? <span className="tiny faint number">{t('live.total', { n: tap.count })}{tap.rate > 0 ? ` · ${rateOf(tap.rate)}` : ''}</span> : null}
      <div className="row peek-deeds">
        <button type="button" className="btn btn-small" onClick={() => hold(output, held ? null : plain)} data-testid="peek-hold">{held ? <PinOff aria-hidden /> : <Pin aria-hidden />}{t(held ? 'live.release' : 'live.hold')}</button>
        {followed || sample.time === null ? null : <button type="button" className="btn btn-small" onClick={() => follow(plain)} data-testid="peek-follow"><Route aria-hidden />{t('live.follow')}</button>}
      </div>
    </div>
  )
}

function Fields({ tap, sample }: { tap: Tap; sample: Sample }) {
  const { lang } = useWords()
  const registry = useKnown((known) => known.registry)
  const type = registry.devices.find((device) => device.id === sample.device)?.type
  const fields = registry.types.filter((known) => type === undefined || known.id === type).flatMap((known) => known.fields ?? [])
  return (
    <dl className="peek-fields">
      {Object.entries(sample.data).slice(0, MOST_FIELDS).map(([name, value]) => {
        const field = fields.find((known) => known.name === name)
        return (
          <div key={name}>
            <dt className="truncate" title={name}>{spoken(field?.label, lang, name)}</dt>
            <Spark numbers={seriesOf(tap, name, sample.device)} />
            <dd className="number truncate" title={JSON.stringify(value)}>{shownValue(value, field?.unit)}</dd>
            <Seen value={value} label={spoken(field?.label, lang, name)} />
          </div>
        )
      })}
    </dl>
  )
}

/** A small view of a kept picture: it is fetched from its worker only now that somebody looks. */
function Seen({ value, label }: { value: Json; label: string }) {
  const [gone, setGone] = useState<string | null>(null)
  const picture = pictureIn(value)
  if (!picture || gone === picture.sha256) return null
  return <img className="peek-picture" src={`/pictures/${picture.sha256}`} alt={label} width={picture.width} height={picture.height} onError={() => setGone(picture.sha256)} data-testid="peek-picture" />
}

function Spark({ numbers }: { numbers: readonly number[] }) {
  const points = sparkline(numbers, LINE.width, LINE.height - 4)
  return <svg className="spark" width={LINE.width} height={LINE.height} viewBox={`0 -2 ${LINE.width} ${LINE.height}`} aria-hidden data-points={numbers.length}>{points ? <polyline points={points} /> : null}</svg>
}

export function rateOf(rate: number): string {
  return rate >= 0.95 ? `${Math.round(rate)}/s` : `${Math.max(1, Math.round(rate * 60))}/min`
}

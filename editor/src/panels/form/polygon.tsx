// Corners drawn over a plain grid: click adds one, dragging or the arrow keys move it, Delete takes it away.
import { Maximize, Minus, Plus } from 'lucide-react'
import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import type { Json } from '../../model/document'
import { BOX, gridStep, toBox, toPlace, viewOf, withCorner, type Place, type Point, type View } from '../../model/polygon'
import { useWords } from '../../words'
import { useForm, type ControlProps } from './context'

export function PolygonInput({ id, value, onChange, rows }: ControlProps & { rows: ReactNode }) {
  const { t } = useWords()
  const { last } = useForm()
  const corners = Array.isArray(value) ? value.filter(isPlace) : []
  const seen = Object.values(last?.data ?? {}).filter(isPlace)
  const [chosen, setView] = useState<View | null>(null)
  const view = chosen ?? viewOf(corners.length ? corners : seen)
  if (!view) return <><span className="field-hint">{t('polygon.first')}</span>{rows}</>
  const put = (next: readonly Place[]) => {
    setView(view)
    onChange(next.length ? (next as unknown as Json) : undefined)
  }
  const zoom = (by: number) => setView({ ...view, across: Math.min(4e6, Math.max(10, view.across * by)) })
  return (
    <div className="stack-tight">
      <div className="polygon">
        <Drawing id={id} view={view} corners={corners} seen={seen} put={put} />
        <div className="polygon-tools">
          <button type="button" className="btn btn-small btn-icon" aria-label={t('polygon.nearer')} title={t('polygon.nearer')} onClick={() => zoom(0.6)}><Plus aria-hidden /></button>
          <button type="button" className="btn btn-small btn-icon" aria-label={t('polygon.farther')} title={t('polygon.farther')} onClick={() => zoom(1 / 0.6)}><Minus aria-hidden /></button>
          <button type="button" className="btn btn-small btn-icon" aria-label={t('polygon.all')} title={t('polygon.all')} onClick={() => setView(viewOf([...corners, ...seen]))}><Maximize aria-hidden /></button>
        </div>
      </div>
      <span className="field-hint">{t('polygon.help')}</span>
      <details className="flow-fields polygon-rows"><summary>{t('polygon.numbers', { n: corners.length })}</summary><div>{rows}</div></details>
    </div>
  )
}

function isPlace(value: Json | undefined): value is { lat: number; lon: number } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value.lat === 'number' && typeof value.lon === 'number'
}

interface Drawn {
  readonly id: string
  readonly view: View
  readonly corners: readonly Place[]
  readonly seen: readonly Place[]
  readonly put: (corners: readonly Place[]) => void
}

function Drawing({ id, view, corners, seen, put }: Drawn) {
  const { t } = useWords()
  const box = useRef<SVGSVGElement>(null)
  const [moving, setMoving] = useState<number | null>(null)
  const at = (event: PointerEvent): Point => {
    const shown = box.current!.getBoundingClientRect()
    return { x: ((event.clientX - shown.left) / shown.width) * BOX.width, y: ((event.clientY - shown.top) / shown.height) * BOX.height }
  }
  const replace = (i: number, place: Place) => put(corners.map((corner, k) => (k === i ? place : corner)))
  const points = corners.map((corner) => toBox(view, corner))
  return (
    <svg
      ref={box} viewBox={`0 0 ${BOX.width} ${BOX.height}`} role="group" aria-label={t('polygon.title')} data-testid={`${id}-drawing`}
      onPointerDown={(event) => { if (event.button === 0) put(withCorner(corners, toPlace(view, at(event)))) }}
      onPointerMove={(event) => { if (moving !== null) replace(moving, toPlace(view, at(event))) }}
      onPointerUp={() => setMoving(null)} onPointerCancel={() => setMoving(null)}
    >
      <Grid view={view} />
      <polygon className="polygon-area" points={points.map(({ x, y }) => `${x},${y}`).join(' ')} />
      {seen.map((place, i) => { const { x, y } = toBox(view, place); return <circle key={i} className="polygon-seen" cx={x} cy={y} r={4}><title>{t('polygon.seen')}</title></circle> })}
      {points.map(({ x, y }, i) => (
        <circle
          key={i} className="polygon-corner" cx={x} cy={y} r={6} tabIndex={0} role="button" aria-label={t('polygon.corner', { n: i + 1 })}
          onPointerDown={(event) => { event.stopPropagation(); event.currentTarget.ownerSVGElement?.setPointerCapture(event.pointerId); setMoving(i) }}
          onKeyDown={(event) => {
            const next = moved(event, { x, y })
            if (next === null) return
            event.preventDefault()
            event.stopPropagation()
            if (next === 'gone') put(corners.filter((_, k) => k !== i))
            else replace(i, toPlace(view, next))
          }}
        />
      ))}
    </svg>
  )
}

const STEPS: { readonly [key: string]: Point } = { ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 } }

function moved(event: KeyboardEvent, from: Point): Point | 'gone' | null {
  if (event.key === 'Delete' || event.key === 'Backspace') return 'gone'
  const step = STEPS[event.key]
  const far = event.shiftKey ? 10 : 2
  return step ? { x: from.x + step.x * far, y: from.y + step.y * far } : null
}

function Grid({ view }: { view: View }) {
  const metres = gridStep(view)
  const step = (metres / view.across) * BOX.width
  const lines = Array.from({ length: Math.ceil(BOX.width / step) }, (_, i) => i * step + step / 2)
  const label = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`
  return (
    <g className="polygon-grid" aria-hidden>
      {lines.map((x) => <line key={`x${x}`} x1={x} x2={x} y1={0} y2={BOX.height} />)}
      {lines.filter((y) => y < BOX.height).map((y) => <line key={`y${y}`} x1={0} x2={BOX.width} y1={y} y2={y} />)}
      <path d={`M10 ${BOX.height - 8}h${step}`} />
      <text x={10} y={BOX.height - 13}>{label}</text>
    </g>
  )
}

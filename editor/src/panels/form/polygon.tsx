// Corners drawn over a plan or a plain grid: click adds one, dragging or the arrow keys move it, Delete takes it away.
import { MapPinPlus, Maximize, Minus, Plus } from 'lucide-react'
import { useEffect, useRef, useState, type PointerEvent, type ReactNode } from 'react'
import type { Point } from '../../model/corners'
import type { Json } from '../../model/document'
import { BOX, gridStep, liesOn, planCorners, planMatrix, pulled, toBox, toPlace, viewOf, withCorner, type Place, type View } from '../../model/polygon'
import { api, type Plan } from '../../wire/api'
import { useWords } from '../../words'
import { useForm, type ControlProps } from './context'
import { Corner, pointUnder, Tool } from './drawing'

const AROUND = 1.05
/** How much more than a plan is shown around it. */
const MOVED = 3
/** Pixels from which on a press on the ground pulls it instead of setting a corner. */

/** The plan that was chosen last, for the next area of this visit. */
let lastChosen: string | null = null

export function PolygonInput({ id, value, onChange, rows }: ControlProps & { rows: ReactNode }) {
  const { t } = useWords()
  const { last } = useForm()
  const corners = Array.isArray(value) ? value.filter(isPlace) : []
  const seen = Object.values(last?.data ?? {}).filter(isPlace)
  const plans = usePlans()
  const [chosen, setChosen] = useState<string | null>(lastChosen)
  const plan = planFor(plans, chosen, corners)
  const ground = plan?.tied ? planCorners(plan.tied.to_earth) : []
  const [moved, setView] = useState<View | null>(null)
  const view = moved ?? (ground.length && liesOn(plan!.tied!.to_earth, corners) ? viewOf(ground, AROUND) : viewOf(corners.length ? corners : seen))
  const choose = (next: string) => {
    lastChosen = next
    setChosen(next)
    setView(null)
  }
  const picker = plans.length ? (
    <select className="polygon-plan" value={plan?.id ?? ''} aria-label={t('polygon.plan')} data-testid={`${id}-plan`} onChange={(event) => choose(event.target.value)}>
      <option value="">{t('polygon.no_plan')}</option>
      {plans.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
    </select>
  ) : null
  if (!view) return <>{picker}<span className="field-hint">{t('polygon.first')}</span>{rows}</>
  const put = (next: readonly Place[]) => {
    setView(view)
    onChange(next.length ? (next as unknown as Json) : undefined)
  }
  const zoom = (by: number) => setView({ ...view, across: Math.min(4e6, Math.max(5, view.across * by)) })
  return (
    <div className="stack-tight">
      <div className="polygon">
        <div className="polygon-tools">
          {picker}
          <Tool said={t('polygon.add')} onClick={() => put(withCorner(corners, view.middle))}><MapPinPlus aria-hidden /></Tool>
          <Tool said={t('polygon.nearer')} onClick={() => zoom(0.6)}><Plus aria-hidden /></Tool>
          <Tool said={t('polygon.farther')} onClick={() => zoom(1 / 0.6)}><Minus aria-hidden /></Tool>
          <Tool said={t('polygon.all')} onClick={() => setView(viewOf([...corners, ...seen, ...ground], ground.length ? AROUND : undefined))}><Maximize aria-hidden /></Tool>
        </div>
        <Drawing id={id} view={view} plan={plan} corners={corners} seen={seen} put={put} look={setView} />
      </div>
      <span className="field-hint">{t('polygon.help')}</span>
      <details className="flow-fields polygon-rows"><summary>{t('polygon.numbers', { n: corners.length })}</summary><div>{rows}</div></details>
    </div>
  )
}

/** The plans that are tied to the earth; none while they are asked for, or where nobody has any. */
function usePlans(): readonly Plan[] {
  const [plans, setPlans] = useState<readonly Plan[]>([])
  useEffect(() => {
    let here = true
    api.plans().then((all) => { if (here) setPlans(all.filter((plan) => plan.tied)) }, () => undefined)
    return () => { here = false }
  }, [])
  return plans
}

/** The chosen one; where nobody has chosen, the first on which all corners lie. */
function planFor(plans: readonly Plan[], chosen: string | null, corners: readonly Place[]): Plan | undefined {
  if (chosen !== null) return plans.find((plan) => plan.id === chosen)
  return corners.length ? plans.find((plan) => liesOn(plan.tied!.to_earth, corners)) : undefined
}

function isPlace(value: Json | undefined): value is { lat: number; lon: number } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value.lat === 'number' && typeof value.lon === 'number'
}

interface Drawn {
  readonly id: string
  readonly view: View
  readonly plan: Plan | undefined
  readonly corners: readonly Place[]
  readonly seen: readonly Place[]
  readonly put: (corners: readonly Place[]) => void
  readonly look: (view: View) => void
}

/** What a finger holds: a corner, or the ground at a point of the view that was there then. */
type Held = { readonly corner: number } | { readonly from: Point; readonly view: View; readonly pulls: boolean }

function Drawing({ id, view, plan, corners, seen, put, look }: Drawn) {
  const { t } = useWords()
  const box = useRef<SVGSVGElement>(null)
  const [held, setHeld] = useState<Held | null>(null)
  const at = (event: PointerEvent) => pointUnder(event, box.current!, BOX)
  const replace = (i: number, place: Place) => put(corners.map((corner, k) => (k === i ? place : corner)))
  const move = (event: PointerEvent) => {
    if (!held) return
    const here = at(event)
    if ('corner' in held) return replace(held.corner, toPlace(view, here))
    const by = { x: here.x - held.from.x, y: here.y - held.from.y }
    if (!held.pulls && Math.hypot(by.x, by.y) < MOVED) return
    setHeld({ ...held, pulls: true })
    look(pulled(held.view, by))
  }
  const release = (event: PointerEvent) => {
    if (held && !('corner' in held) && !held.pulls) put(withCorner(corners, toPlace(view, at(event))))
    setHeld(null)
  }
  const points = corners.map((corner) => toBox(view, corner))
  return (
    <svg
      ref={box} viewBox={`0 0 ${BOX.width} ${BOX.height}`} role="group" aria-label={t('polygon.title')} data-testid={`${id}-drawing`}
      onPointerDown={(event) => { if (event.button === 0) { event.currentTarget.setPointerCapture(event.pointerId); setHeld({ from: at(event), view, pulls: false }) } }}
      onPointerMove={move} onPointerUp={release} onPointerCancel={() => setHeld(null)}
    >
      {plan?.tied ? <image className="polygon-ground" href={plan.picture} width={1} height={1} preserveAspectRatio="none" transform={planMatrix(view, plan.tied.to_earth)}><title>{plan.name}</title></image> : null}
      <Grid view={view} bare={plan !== undefined} />
      <polygon className="polygon-area" points={points.map(({ x, y }) => `${x},${y}`).join(' ')} />
      {seen.map((place, i) => { const { x, y } = toBox(view, place); return <circle key={i} className="polygon-seen" cx={x} cy={y} r={4}><title>{t('polygon.seen')}</title></circle> })}
      {points.map((point, i) => (
        <Corner
          key={i} at={point} said={t('polygon.corner', { n: i + 1 })} hold={() => setHeld({ corner: i })}
          put={(to) => (to === 'gone' ? put(corners.filter((_, k) => k !== i)) : replace(i, toPlace(view, to)))}
        />
      ))}
    </svg>
  )
}

function Grid({ view, bare }: { view: View; bare: boolean }) {
  const metres = gridStep(view)
  const step = (metres / view.across) * BOX.width
  const lines = Array.from({ length: Math.ceil(BOX.width / step) }, (_, i) => i * step + step / 2)
  const label = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`
  return (
    <g className="polygon-grid" aria-hidden>
      {bare ? null : lines.map((x) => <line key={`x${x}`} x1={x} x2={x} y1={0} y2={BOX.height} />)}
      {bare ? null : lines.filter((y) => y < BOX.height).map((y) => <line key={`y${y}`} x1={0} x2={BOX.width} y1={y} y2={y} />)}
      <path d={`M10 ${BOX.height - 8}h${step}`} />
      <text x={10} y={BOX.height - 13}>{label}</text>
    </g>
  )
}

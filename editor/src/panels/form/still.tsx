// Zones, lines or a part drawn over a still: click adds a corner, dragging or the arrow keys move it, Delete takes it away.
import { ArrowLeftRight, ImageUp, Maximize2, Pencil, Plus, RefreshCw, SquareDashed, X } from 'lucide-react'
import { useRef, useState, type PointerEvent, type ReactNode } from 'react'
import type { Point } from '../../model/corners'
import { inner, propertiesOf } from '../../model/schema'
import { changed, forward, isSort, nameAt, outlinesIn, withAdded, withMoved, withOutline, writtenAs, type Outline, type Sort } from '../../model/still'
import { useWords } from '../../words'
import { Dialog } from '../Dialog'
import { labelOf, useForm, type ControlProps } from './context'
import { Corner, pointUnder, Tool, type Size } from './drawing'
import { UPLOADED, useStills, type Still } from './stills'

const WIDE = { small: 320, large: 960 }
const EMPTY = 3 / 4
/** Height of a frame without a picture, in parts of its width. */

type Stills = ReturnType<typeof useStills>

interface Drawn {
  readonly id: string
  readonly sort: Sort
  readonly outlines: readonly Outline[]
  readonly active: number
  readonly pick: (at: number) => void
  readonly put: (outlines: readonly Outline[]) => void
}

export function StillInput({ id, name, value, onChange, rows, sort }: ControlProps & { rows: ReactNode; sort: Sort }) {
  const { t, lang } = useWords()
  const { kind } = useForm()
  const stills = useStills()
  const [chosen, pick] = useState(0)
  const [large, setLarge] = useState(false)
  const outlines = outlinesIn(value, sort)
  const active = Math.min(chosen, Math.max(0, outlines.length - 1))
  const drawn: Drawn = { id, sort, outlines, active, pick, put: (next) => onChange(writtenAs(next, sort)) }
  const tools = <Tools {...drawn} stills={stills} large={large ? null : () => setLarge(true)} />
  return (
    <div className="stack-tight still">
      {tools}
      <Picture {...drawn} stills={stills} wide={WIDE.small} name={name} />
      <Outlines {...drawn} />
      <span className="field-hint">{t(`still_help.${sort}`)}</span>
      <details className="flow-fields polygon-rows"><summary>{t('still.numbers')}</summary><div>{rows}</div></details>
      {large ? (
        <Dialog title={labelOf(kind, lang, name)} testId={`${id}-large`} wide onClose={() => setLarge(false)}>
          <div className="stack-tight still">{tools}<Picture {...drawn} id={`${id}-big`} stills={stills} wide={WIDE.large} name={name} /><Outlines {...drawn} id={`${id}-big`} /></div>
        </Dialog>
      ) : null}
    </div>
  )
}

function Tools({ id, sort, outlines, active, pick, put, stills, large }: Drawn & { stills: Stills; large: (() => void) | null }) {
  const { t } = useWords()
  const file = useRef<HTMLInputElement>(null)
  const [bad, setBad] = useState(false)
  const take = (chosen: File | undefined) => {
    if (chosen) stills.upload(chosen).then(() => setBad(false), () => setBad(true))
  }
  const add = () => {
    put(withOutline(outlines, sort, t(sort === 'lines' ? 'still.line' : 'still.zone')))
    pick(outlines.length)
  }
  const one = outlines[active]
  return (
    <>
      <div className="polygon-tools">
        {stills.choices.length > 1 ? (
          <select className="polygon-plan" value={stills.key} aria-label={t('still.camera')} data-testid={`${id}-camera`} onChange={(event) => stills.choose(event.target.value)}>
            {stills.choices.map(({ key, label }) => <option key={key} value={key}>{key === UPLOADED ? t('still.uploaded') : label || t('still.title')}</option>)}
          </select>
        ) : null}
        {stills.renew ? <Tool said={t('still.newest')} onClick={stills.renew}><RefreshCw aria-hidden /></Tool> : null}
        <Tool said={t('still.upload')} onClick={() => file.current?.click()}><ImageUp aria-hidden /></Tool>
        {large ? <Tool said={t('still.large')} onClick={large}><Maximize2 aria-hidden /></Tool> : null}
        {sort === 'polygons' && one ? <Tool said={t('still.add_corner')} onClick={() => put(changed(outlines, active, { corners: withAdded(one, sort, MIDDLE) }))}><SquareDashed aria-hidden /></Tool> : null}
        {sort !== 'crop' || !one ? <button type="button" id={outlines.length ? undefined : id} className="btn btn-small" onClick={add} data-testid={`${id}-add`}><Plus aria-hidden />{t(`still_add.${sort}`)}</button> : null}
        <input ref={file} type="file" accept="image/*" className="hidden-text" tabIndex={-1} aria-label={t('still.upload')} data-testid={`${id}-file`} onChange={(event) => { take(event.target.files?.[0]); event.target.value = '' }} />
      </div>
      {bad ? <span className="field-problem">{t('still.unreadable')}</span> : null}
    </>
  )
}

const MIDDLE: Point = { x: 0.5, y: 0.5 }

function Picture({ stills, wide, name, ...drawn }: Drawn & { stills: Stills; wide: number; name: string }) {
  const { t } = useWords()
  const { still } = stills
  const size = { width: wide, height: Math.round(wide * (still ? still.height / still.width : EMPTY)) }
  return (
    <div className="still-frame">
      <Drawing {...drawn} still={still} size={size} others={useOthers(name)} />
      {still ? null : <p className="still-empty small">{t('still.none')} {t('still.upload_help')}</p>}
    </div>
  )
}

/** What the node's other params draw over the same picture. */
function useOthers(name: string): readonly { readonly sort: Sort; readonly outline: Outline }[] {
  const { kind, node } = useForm()
  return Object.entries(propertiesOf(kind.schema)).flatMap(([other, schema]) => {
    const sort = inner(schema, kind.schema).marks.format
    return other !== name && isSort(sort) ? outlinesIn(node.params?.[other], sort).map((outline) => ({ sort, outline })) : []
  })
}

interface DrawingProps extends Drawn {
  readonly still: Still | null
  readonly size: Size
  readonly others: readonly { readonly sort: Sort; readonly outline: Outline }[]
}

function Drawing({ id, sort, outlines, active, put, still, size, others }: DrawingProps) {
  const { t } = useWords()
  const box = useRef<SVGSVGElement>(null)
  const [held, setHeld] = useState<number | null>(null)
  const one = outlines[active]
  const inBox = ({ x, y }: Point): Point => ({ x: x * size.width, y: y * size.height })
  const inPicture = ({ x, y }: Point): Point => ({ x: x / size.width, y: y / size.height })
  const under = (event: PointerEvent) => inPicture(pointUnder(event, box.current!, size))
  const move = (i: number, to: Point) => one && put(changed(outlines, active, { corners: withMoved(one, sort, i, to) }))
  const add = (point: Point) => {
    if (one) put(changed(outlines, active, { corners: withAdded(one, sort, point) }))
    else if (sort !== 'crop') put(withOutline(outlines, sort, t(sort === 'lines' ? 'still.line' : 'still.zone'), [inPicture(inBox(point))]))
  }
  const gone = (i: number) => one && put(sort === 'crop' ? [] : changed(outlines, active, { corners: one.corners.filter((_, k) => k !== i) }))
  const said = one ? one.name || t('still.part') : ''
  return (
    <svg
      ref={box} viewBox={`0 0 ${size.width} ${size.height}`} role="group" aria-label={t('still.title')} data-testid={`${id}-drawing`}
      onPointerDown={(event) => { if (event.button === 0 && event.target === event.currentTarget) add(under(event)) }}
      onPointerMove={(event) => { if (held !== null) move(held, under(event)) }} onPointerUp={() => setHeld(null)} onPointerCancel={() => setHeld(null)}
    >
      {still ? <image className="polygon-ground" href={still.src} width={size.width} height={size.height} preserveAspectRatio="none" data-testid={`${id}-picture`} /> : null}
      {others.map(({ sort, outline }, i) => <Shape key={`o${i}`} sort={sort} outline={outline} inBox={inBox} state="other" />)}
      {outlines.map((outline, i) => <Shape key={i} sort={sort} outline={outline} inBox={inBox} state={i === active ? 'active' : 'plain'} />)}
      {one?.corners.map((corner, i) => (
        <Corner
          key={i} at={inBox(corner)} said={t('still.corner', { name: said, n: i + 1 })} radius={7} hold={() => setHeld(i)}
          put={(to) => (to === 'gone' ? gone(i) : move(i, inPicture(to)))}
        />
      ))}
    </svg>
  )
}

const ARROW = 26

function Shape({ sort, outline, inBox, state }: { sort: Sort; outline: Outline; inBox: (point: Point) => Point; state: 'active' | 'plain' | 'other' }) {
  const { t } = useWords()
  const corners = outline.corners.map(inBox)
  const label = nameAt(corners)
  const [a, b] = corners
  const arrow = sort === 'lines' && a && b ? forward([a, b], ARROW) : null
  return (
    <g className={`still-shape still-${state}`}>
      {sort === 'crop' && a && b ? <rect x={a.x} y={a.y} width={b.x - a.x} height={b.y - a.y} /> : <polygon points={corners.map(({ x, y }) => `${x},${y}`).join(' ')} />}
      {arrow ? <Arrow from={arrow[0]} to={arrow[1]} said={t('still.forward')} /> : null}
      {label && outline.name ? <text x={label.x} y={Math.max(12, label.y - 10)} textAnchor="middle">{outline.name}</text> : null}
    </g>
  )
}

/** Whoever crosses this way crosses "forward". */
function Arrow({ from, to, said }: { from: Point; to: Point; said: string }) {
  const [dx, dy] = [(to.x - from.x) / ARROW, (to.y - from.y) / ARROW]
  const tip = [-1, 1].map((side) => `${to.x - 8 * dx + 5 * side * dy},${to.y - 8 * dy - 5 * side * dx}`)
  return <g className="still-arrow"><title>{said}</title><line x1={from.x} y1={from.y} x2={to.x} y2={to.y} /><polygon points={`${to.x},${to.y} ${tip.join(' ')}`} /></g>
}

function Outlines({ id, sort, outlines, active, pick, put }: Drawn) {
  const { t } = useWords()
  if (outlines.length === 0) return null
  const remove = (at: number) => { put(outlines.filter((_, i) => i !== at)); pick(Math.max(0, at - 1)) }
  if (sort === 'crop') return <button type="button" className="btn btn-small still-whole" onClick={() => remove(0)}><X aria-hidden />{t('still.remove', { name: t('still.part') })}</button>
  return (
    <ul className="still-outlines">
      {outlines.map((one, i) => (
        <li key={i}>
          <button type="button" className="btn btn-small btn-icon" aria-pressed={i === active} aria-label={t('still.draw', { name: one.name })} title={t('still.draw', { name: one.name })} onClick={() => pick(i)} data-testid={`${id}-draw-${i}`}><Pencil aria-hidden /></button>
          <input value={one.name} aria-label={t('still.name', { name: one.name })} data-testid={`${id}-name-${i}`} onFocus={() => pick(i)} onChange={(event) => put(changed(outlines, i, { name: event.target.value }))} />
          {sort === 'lines' ? <Tool said={t('still.turn')} onClick={() => put(changed(outlines, i, { corners: [...one.corners].reverse() }))}><ArrowLeftRight aria-hidden /></Tool> : null}
          <button type="button" className="btn btn-small btn-icon btn-quiet" aria-label={t('still.remove', { name: one.name })} title={t('still.remove', { name: one.name })} onClick={() => remove(i)}><X aria-hidden /></button>
        </li>
      ))}
    </ul>
  )
}

import { BaseEdge, EdgeLabelRenderer, getBezierPath, getSmoothStepPath, type EdgeProps } from '@xyflow/react'
import { Pin, Plus, Scissors } from 'lucide-react'
import { memo, type CSSProperties, type MouseEvent } from 'react'
import { nodeById } from '../model/document'
import { deviceLabel, type Registry } from '../model/registry'
import { shortly } from '../model/shown'
import { GAP_X, NODE_WIDTH } from '../model/size'
import type { Wire } from '../model/wires'
import { documentNow } from '../session/flow'
import { useKnown } from '../session/known'
import { seenOn, type Sample, type Tap } from '../model/samples'
import { useLive } from '../session/live'
import { useWay } from '../session/trying'
import { askForKind, cutWire } from '../session/quick'
import { useWords } from '../words'
import { Age } from '../panels/Age'
import type { DrawnWire } from './graph'
import { Peek, rateOf, usePeek } from './Peek'

const TURNS = 48

/** Where the flow goes on below, at the left: a curve would run behind the cards, and its value would stand there. */
function backTo(ends: Parameters<typeof getSmoothStepPath>[0]): readonly [string, number, number] {
  const [path, , y] = getSmoothStepPath({ ...ends, borderRadius: 20, offset: TURNS / 2 })
  return [path, ends.targetX + NODE_WIDTH + GAP_X / 2, y]
}

export const WireLine = memo(function WireLine(props: EdgeProps<DrawnWire>) {
  const { id, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, selected, data } = props
  const ends = { sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition }
  const [path, x, y] = targetX < sourceX - TURNS ? backTo(ends) : getBezierPath({ ...ends, curvature: 0.32 })
  const wire = data!.wire
  const output = `${wire.source}.${wire.sourcePort}`
  const tap = useLive((live) => live.edges[output])
  const held = useLive((live) => live.held[output])
  const followed = useLive((live) => live.followed)
  const way = useWay()
  const tried = way?.wires[output]
  const sample = way ? tried?.sample : followed ? seenOn(tap, followed) : (held ?? tap)
  const lit = way || followed ? (sample ? ' wire-followed' : ' wire-aside') : ''
  return (
    <>
      <BaseEdge id={id} path={path} className={`wire${tap ? ' wire-known' : ''}${lit}${tried ? ' wire-tried' : ''}`} style={orderOf(tried?.order)} interactionWidth={24} data-selected={selected || undefined} />
      {tap && !followed && !way ? <path key={tap.heard} d={path} className="wire-pulse" /> : null}
      {tried ? <path key={`${tried.order} ${tried.sample.time}`} d={path} className="wire-pulse wire-tried" style={orderOf(tried.order)} /> : null}
      {sample && (tap || tried) ? <Value tap={way ? undefined : tap} count={tried?.count ?? 0} sample={sample} held={sample === held} x={x} y={y} {...data!} /> : null}
      {selected ? <WireTools wire={wire} x={x} y={y} /> : null}
    </>
  )
})

/** The place on the way of a try, for the moment at which it lights up. */
const orderOf = (order: number | undefined) => (order === undefined ? {} : ({ '--order': order } as CSSProperties))

/** What can be done with the chosen wire. */
function WireTools({ wire, x, y }: { wire: Wire; x: number; y: number }) {
  const { t } = useWords()
  const insert = (event: MouseEvent) => {
    const box = event.currentTarget.getBoundingClientRect()
    askForKind({ screen: { x: box.left, y: box.bottom + 8 }, wire })
  }
  return (
    <EdgeLabelRenderer>
      <div className="wire-tools nodrag nopan" style={{ transform: `translate(-50%, 22px) translate(${x}px, ${y}px)` }} data-testid="wire-tools">
        <button type="button" aria-label={t('quick.on_wire')} title={t('quick.on_wire')} onClick={insert} data-testid="wire-insert"><Plus aria-hidden /></button>
        <button type="button" aria-label={t('wire.cut')} title={t('wire.cut')} onClick={() => cutWire(wire)} data-testid="wire-cut"><Scissors aria-hidden /></button>
      </div>
    </EdgeLabelRenderer>
  )
}

function Value({ tap, count, sample, held, x, y, wire, first }: { tap: Tap | undefined; count: number; sample: Sample; held: boolean; x: number; y: number } & NonNullable<DrawnWire['data']>) {
  const { lang, t } = useWords()
  const registry = useKnown((known) => known.registry)
  const said = valueOf(sample, wire.target, wire.source, registry)
  const testId = `edge-value-${wire.source}-${wire.sourcePort}`
  const peek = usePeek()
  return (
    <EdgeLabelRenderer>
      <div
        className="wire-value number nopan" data-testid={first ? testId : `${testId}-${wire.target}`} data-count={tap?.count ?? count}
        style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }} {...(tap ? { ...peek.hover, role: 'button', tabIndex: 0, 'aria-haspopup': 'dialog' as const, 'aria-description': t('live.look') } : { title: JSON.stringify(sample.data) })}
      >
        {sample.device ? <span className="wire-device truncate">{deviceLabel(registry, sample.device, lang)}</span> : null}
        <span className="wire-now">
          {held ? <Pin size={11} role="img" aria-label={t('live.held')} /> : null}
          <span className="wire-value-now truncate">{said || `×${tap?.count ?? count}`}</span>
          {!tap ? null : tap.rate > 0 ? <span className="wire-rate">{rateOf(tap.rate)}</span> : tap.time ? <span className="wire-rate"><Age time={sample.time} /></span> : null}
        </span>
        {tap && peek.place ? <Peek place={peek.place} output={`${wire.source}.${wire.sourcePort}`} tap={tap} sample={sample} held={held} /> : null}
      </div>
    </EdgeLabelRenderer>
  )
}

/** The one value worth showing: the field that the next node looks at, else a computed value, else what the
    node before looks at, else the first number. */
function valueOf(tap: Sample, target: string, source: string, registry: Registry): string {
  const name = fieldOf(target, tap) ?? ('value' in tap.data ? 'value' : undefined) ?? fieldOf(source, tap) ?? Object.keys(tap.data).find((key) => typeof tap.data[key] === 'number') ?? Object.keys(tap.data)[0]
  if (name === undefined) return ''
  const value = tap.data[name]
  const unit = registry.types.flatMap((type) => type.fields ?? []).find((field) => field.name === name)?.unit
  if (typeof value === 'number') return unit ? `${shortly(value)} ${unit}` : shortly(value)
  return typeof value === 'object' && value !== null ? name : String(value ?? '–').slice(0, 24)
}

function fieldOf(id: string, tap: Sample): string | undefined {
  const node = nodeById(documentNow(), id)
  return Object.values(node?.params ?? {}).find((value): value is string => typeof value === 'string' && value in tap.data)
}

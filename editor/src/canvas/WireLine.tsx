import { BaseEdge, EdgeLabelRenderer, getBezierPath, type EdgeProps } from '@xyflow/react'
import { Plus, Scissors } from 'lucide-react'
import { memo, type MouseEvent } from 'react'
import { nodeById } from '../model/document'
import { deviceLabel, type Registry } from '../model/registry'
import { shortly } from '../model/shown'
import type { Wire } from '../model/wires'
import { documentNow } from '../session/flow'
import { useKnown } from '../session/known'
import type { Tap } from '../model/samples'
import { useLive } from '../session/live'
import { askForKind, cutWire } from '../session/quick'
import { useWords } from '../words'
import type { DrawnWire } from './graph'
import type { Lang } from '../model/catalog'

export const WireLine = memo(function WireLine(props: EdgeProps<DrawnWire>) {
  const { id, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, selected, data } = props
  const [path, x, y] = getBezierPath({ sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition, curvature: 0.32 })
  const wire = data!.wire
  const tap = useLive((live) => live.edges[`${wire.source}.${wire.sourcePort}`])
  return (
    <>
      <BaseEdge id={id} path={path} className={tap ? 'wire wire-known' : 'wire'} interactionWidth={24} data-selected={selected || undefined} />
      {tap ? <path key={tap.heard} d={path} className="wire-pulse" /> : null}
      {tap ? <Value tap={tap} x={x} y={y} {...data!} /> : null}
      {selected ? <WireTools wire={wire} x={x} y={y} /> : null}
    </>
  )
})

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

function Value({ tap, x, y, wire, first }: { tap: Tap; x: number; y: number } & NonNullable<DrawnWire['data']>) {
  const { lang } = useWords()
  const registry = useKnown((known) => known.registry)
  const said = valueOf(tap, wire.target, wire.source, registry)
  const testId = `edge-value-${wire.source}-${wire.sourcePort}`
  const age = tap.time ? new Date(tap.time).toLocaleTimeString(lang) : ''
  return (
    <EdgeLabelRenderer>
      <div
        className="wire-value number nopan" data-testid={first ? testId : `${testId}-${wire.target}`} data-count={tap.count}
        style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }} title={allOf(tap, registry, lang, age)}
      >
        {tap.device ? <span className="wire-device truncate">{deviceLabel(registry, tap.device, lang)}</span> : null}
        <span className="wire-now">
          <span className="wire-value-now truncate">{said || `×${tap.count}`}</span>
          {tap.rate > 0 ? <span className="wire-rate">{rateOf(tap.rate)}</span> : null}
        </span>
      </div>
    </EdgeLabelRenderer>
  )
}

/** The one value worth showing: the field that the next node looks at, else a computed value, else what the
    node before looks at, else the first number. */
function valueOf(tap: Tap, target: string, source: string, registry: Registry): string {
  const name = fieldOf(target, tap) ?? ('value' in tap.data ? 'value' : undefined) ?? fieldOf(source, tap) ?? Object.keys(tap.data).find((key) => typeof tap.data[key] === 'number') ?? Object.keys(tap.data)[0]
  if (name === undefined) return ''
  const value = tap.data[name]
  const unit = registry.types.flatMap((type) => type.fields ?? []).find((field) => field.name === name)?.unit
  if (typeof value === 'number') return unit ? `${shortly(value)} ${unit}` : shortly(value)
  return typeof value === 'object' && value !== null ? name : String(value ?? '–').slice(0, 24)
}

function fieldOf(id: string, tap: Tap): string | undefined {
  const node = nodeById(documentNow(), id)
  return Object.values(node?.params ?? {}).find((value): value is string => typeof value === 'string' && value in tap.data)
}

function rateOf(rate: number): string {
  return rate >= 0.95 ? `${Math.round(rate)}/s` : `${Math.max(1, Math.round(rate * 60))}/min`
}

function allOf(tap: Tap, registry: Registry, lang: Lang, age: string): string {
  const device = tap.device ? deviceLabel(registry, tap.device, lang) : ''
  const fields = Object.entries(tap.data).slice(0, 12).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  return [[device, age].filter(Boolean).join(' · '), ...fields, `×${tap.count}`].filter(Boolean).join('\n')
}

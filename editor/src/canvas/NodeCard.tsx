import { Handle, Position, type NodeProps } from '@xyflow/react'
import { CircleAlert, Pin, Power, TriangleAlert } from 'lucide-react'
import { memo, useMemo, type CSSProperties } from 'react'
import { kindWords, spoken, type Port } from '../model/catalog'
import { problemsAt } from '../model/problems'
import { portRows } from '../model/size'
import { sayTrouble } from '../model/troubles'
import { summaryOf } from '../model/summary'
import { shownDocument, useCompile } from '../session/compile'
import { fieldsAt, useArriving } from '../session/arriving'
import { useFlow } from '../session/flow'
import { useKnown } from '../session/known'
import { useLive } from '../session/live'
import { useWay } from '../session/trying'
import { NodeSnoozed } from '../panels/Snoozed'
import { plainWord, useWords } from '../words'
import type { DrawnNode } from './graph'
import { KindIcon } from './icons'
import { useNodePeek } from './NodePeek'
import { Standings } from './Standings'
import { Tried } from './Tried'

export const NodeCard = memo(function NodeCard({ id, data, selected }: NodeProps<DrawnNode>) {
  const { node, kind, look, pinned } = data
  const { t, lang } = useWords()
  const words = kindWords(kind, lang)
  const rows = portRows(kind)
  const label = node.label || words?.label || node.kind
  const summary = useSummary(data)
  const { hover, peek } = useNodePeek(id, kind)
  const wrongPorts = useWrongPorts(id, kind)
  const way = useWay()
  const visit = way?.nodes[id]
  return (
    <div
      className="node-card" data-testid={`node-${id}`} data-selected={selected || undefined} data-look={look} data-off={node.off || undefined}
      data-tried={way ? (visit ? 'reached' : 'aside') : undefined} style={visit ? ({ '--order': visit.order } as CSSProperties) : undefined}
      data-group={kind?.group} title={kind ? id : t('node.unknown_kind', { kind: node.kind })} {...hover}
    >
      <div className="node-head">
        <span className="node-icon"><KindIcon name={kind?.icon} size={18} /></span>
        <span className="node-names">
          <span className="node-label truncate">{label}</span>
          {node.label ? <span className="node-kind truncate">{words?.label ?? node.kind}</span> : null}
        </span>
        {node.off ? <span className="badge node-off"><Power size={11} aria-hidden />{t('node.off')}</span> : null}
        {kind?.held_as ? <NodeSnoozed id={id} /> : null}
        {pinned ? <Pin className="node-pin" size={13} role="img" aria-label={t('node.pinned')} data-testid={`pinned-${id}`} /> : null}
        <NodeBadge id={id} />
      </div>
      <p className="node-summary">{summary}</p>
      {peek}
      {rows ? (
        <div className="node-ports" style={{ gridTemplateRows: `repeat(${rows}, 24px)` }}>
          <div>{many(kind!.inputs).map((port) => <PortRow key={port.name} port={port} side="in" wrong={wrongPorts.includes(port.name)} />)}</div>
          <div>{many(kind!.outputs).map((port) => <PortRow key={port.name} port={port} side="out" />)}</div>
        </div>
      ) : null}
      {visit ? <Tried id={id} /> : <Standings node={node} kind={kind} />}
      {kind?.inputs.length === 1 ? <Dot port={kind.inputs[0]!} side="in" wrong={wrongPorts.length > 0} /> : null}
      {kind?.outputs.length === 1 ? <Dot port={kind.outputs[0]!} side="out" /> : null}
    </div>
  )
})

function many(ports: readonly Port[]): readonly Port[] {
  return ports.length > 1 ? ports : []
}

/** The inputs with problems on their wires. */
function useWrongPorts(id: string, kind: DrawnNode['data']['kind']): readonly string[] {
  const problems = useFlow((flow) => problemsAt(flow.problems, id))
  return problems.filter((p) => p.param === 'from').map((p) => p.port ?? kind?.inputs[0]?.name ?? '')
}

function useSummary({ node, kind }: DrawnNode['data']): string {
  const { lang, t } = useWords()
  const registry = useKnown((known) => known.registry)
  const catalog = useKnown((known) => known.catalog)
  const shown = useCompile()
  const shapes = useArriving((state) => state.shapes)
  const document = useFlow((flow) => shownDocument(flow.history.document, shown))
  return useMemo(() => {
    const fields = fieldsAt(shapes, document, catalog, registry, node.id)
    return summaryOf(node, kind, { document, registry, fields, lang, same: t('target.same_short'), word: (word) => plainWord(word, lang) ?? word })
    // eslint-disable-next-line react-hooks/exhaustive-deps -- t belongs to lang
  }, [node, kind, document, registry, catalog, shapes, lang])
}

function NodeBadge({ id }: { id: string }) {
  const { t, lang } = useWords()
  const troubles = useKnown((known) => known.troubles)
  const problems = useFlow((flow) => problemsAt(flow.problems, id))
  const live = useLive((state) => state.nodes[id])
  if (problems.length > 0) {
    const errors = problems.some((problem) => problem.severity === 'error')
    const Icon = errors ? CircleAlert : TriangleAlert
    return (
      <span className={errors ? 'node-mark bad' : 'node-mark warn'} title={problems[0]!.message} role="img" aria-label={t('problems.count', { n: problems.length })} data-testid={`node-problems-${id}`}>
        <Icon size={16} aria-hidden />
      </span>
    )
  }
  if (!live?.problems) return null
  return (
    <span className="node-mark warn number" role="img" title={live.last ? sayTrouble(troubles, live.last.code, live.last.args ?? {}, lang) : ''} aria-label={t('problems.live', { n: live.problems })} data-testid={`node-trouble-${id}`}>
      <TriangleAlert size={14} aria-hidden />{live.problems > 999 ? '999+' : live.problems}
    </span>
  )
}

function Dot({ port, side, wrong }: { port: Port; side: 'in' | 'out'; wrong?: boolean }) {
  const { lang } = useWords()
  const name = spoken(port.label, lang, port.name)
  return <Handle id={port.name} type={side === 'in' ? 'target' : 'source'} position={side === 'in' ? Position.Left : Position.Right} title={name} role="img" aria-label={name} data-wrong={wrong || undefined} />
}

function PortRow({ port, side, wrong }: { port: Port; side: 'in' | 'out'; wrong?: boolean }) {
  const { lang } = useWords()
  return (
    <div className="node-port" data-side={side}>
      <Dot port={port} side={side} wrong={wrong ?? false} />
      <span className="truncate">{spoken(port.label, lang, port.name)}</span>
    </div>
  )
}

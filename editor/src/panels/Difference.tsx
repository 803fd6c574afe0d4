import { ArrowRight } from 'lucide-react'
import { useMemo } from 'react'
import { BOX, compared, type ComparedNode, type ComparedWire } from '../model/comparing'
import type { FlowDocument } from '../model/document'
import { nodeName } from '../model/naming'
import { differences, type Difference as Change } from '../model/proposal'
import { useKnown } from '../session/known'
import { useWords } from '../words'
import { ICONS, useChangeWords } from './Proposal'

const MARGIN = 6
const NARROW = '(max-width: 760px)'

/** What leads from one version of a flow to another: the graph with what is new, changed and gone, and the same in words. */
export function Difference({ before, after, testId }: { before: FlowDocument; after: FlowDocument; testId: string }) {
  const changes = useMemo(() => differences(before, after), [before, after])
  const nodesToo = changes.some((change) => 'node' in change)
  return (
    <div className="stack-tight" data-testid={testId}>
      {nodesToo ? <Graph before={before} after={after} /> : null}
      <ul className="plain difference">{changes.map((change) => <Line key={change.key} change={change} before={before} after={after} />)}</ul>
    </div>
  )
}

function Line({ change, before, after }: { change: Change; before: FlowDocument; after: FlowDocument }) {
  const { t } = useWords()
  const [title, was, now] = useChangeWords(change, before, after)
  const Icon = ICONS[change.what]
  return (
    <li data-what={change.what} data-key={change.key}>
      <Icon size={14} aria-hidden />
      <span>
        <strong>{title}</strong>{change.what === 'added' || change.what === 'removed' ? <span className="difference-what">{t(`deploy.${change.what}`)}</span> : null}{' '}
        {was ? <del>{was}</del> : null}{was && now ? <ArrowRight size={13} role="img" aria-label={t('deploy.becomes')} /> : null}{now ? <ins>{now}</ins> : null}
      </span>
    </li>
  )
}

function Graph({ before, after }: { before: FlowDocument; after: FlowDocument }) {
  const { t, lang } = useWords()
  const catalog = useKnown((known) => known.catalog)
  const down = window.matchMedia(NARROW).matches
  const { nodes, wires, left } = useMemo(() => compared(before, after, catalog, down), [before, after, catalog, down])
  const places = new Map(nodes.map((node) => [node.id, node.place]))
  const xs = nodes.map((node) => node.place.x)
  const ys = nodes.map((node) => node.place.y)
  const [x, y] = [Math.min(...xs) - MARGIN, Math.min(...ys) - MARGIN]
  const [width, height] = [Math.max(...xs) + BOX.width + MARGIN - x, Math.max(...ys) + BOX.height + MARGIN - y]
  const name = (node: ComparedNode) => nodeName(node.standing === 'removed' ? before : after, catalog, node.id, lang)
  const path = ({ source, target }: ComparedWire) => {
    const [from, to] = [places.get(source)!, places.get(target)!]
    if (down) {
      const [x1, y1, x2, y2] = [from.x + BOX.width / 2, from.y + BOX.height, to.x + BOX.width / 2, to.y]
      return `M${x1} ${y1} C${x1} ${y1 + 16} ${x2} ${y2 - 16} ${x2} ${y2}`
    }
    const [x1, y1, x2, y2] = [from.x + BOX.width, from.y + BOX.height / 2, to.x, to.y + BOX.height / 2]
    return `M${x1} ${y1} C${x1 + 40} ${y1} ${x2 - 40} ${y2} ${x2} ${y2}`
  }
  return (
    <figure className="compared" data-testid="deploy-graph">
      <svg viewBox={`${x} ${y} ${width} ${height}`} width={width} height={height} role="img" aria-label={t('deploy.graph')}>
        {wires.map((wire) => <path key={`${wire.standing}${wire.id}`} className="compared-wire" data-standing={wire.standing} d={path(wire)} />)}
        {nodes.map((node) => (
          <g key={node.id} className="compared-node" data-standing={node.standing} data-node={node.id}>
            <rect x={node.place.x} y={node.place.y} width={BOX.width} height={BOX.height} rx={8} />
            <foreignObject x={node.place.x + 8} y={node.place.y} width={BOX.width - 16} height={BOX.height}><div className="compared-name" title={name(node)}>{name(node)}</div></foreignObject>
          </g>
        ))}
      </svg>
      <figcaption className="tiny faint row">
        {(['added', 'edited', 'removed'] as const).map((standing) => <span key={standing} className="compared-key" data-standing={standing}>{t(`deploy.${standing}`)}</span>)}
        {left ? <span>{t('deploy.left_out', { n: left })}</span> : null}
      </figcaption>
    </figure>
  )
}

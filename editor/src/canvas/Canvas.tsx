import '@xyflow/react/dist/base.css'
import './canvas.css'
import {
  applyNodeChanges, Background, BackgroundVariant, ConnectionLineType, Controls, MiniMap, ReactFlow, useNodesInitialized, useReactFlow,
  type Connection, type EdgeChange, type NodeChange, type OnConnectEnd,
} from '@xyflow/react'
import { useCallback, useEffect, useMemo, useRef, useState, type DragEvent } from 'react'
import { sameContent, type FlowDocument, type FlowNode, type Position } from '../model/document'
import { connect, move } from '../model/edits'
import { placeMissing } from '../model/placing'
import { mayConnect, type Wire } from '../model/wires'
import { acceptProposal, dropProposal, useCompile } from '../session/compile'
import { addKind } from '../session/doing'
import { documentNow, useFlow } from '../session/flow'
import { useKnown } from '../session/known'
import { useUi } from '../session/ui'
import { useWords } from '../words'
import { KIND_DRAG } from './drag'
import { Empty } from './Empty'
import { drawnNodes, drawnWires, type DrawnNode, type DrawnWire, type Look } from './graph'
import { NodeCard } from './NodeCard'
import { fitView, setView } from './view'
import { WireLine } from './WireLine'

const NODE_TYPES = { flow: NodeCard }
const EDGE_TYPES = { wire: WireLine }
const NO_PLACES = {}

interface Shown {
  readonly document: FlowDocument
  readonly readOnly: boolean
  readonly lookOf: (node: FlowNode) => Look
}

/** What is on the canvas: the draft, what an author is writing, or an edit waiting to be accepted. */
function useShown(): Shown {
  const document = useFlow((flow) => flow.history.document)
  const { building, proposal, fresh } = useCompile()
  return useMemo((): Shown => {
    if (proposal) {
      const before = new Map(document.nodes.map((node) => [node.id, node]))
      const lookOf = (node: FlowNode): Look => (!before.has(node.id) ? 'added' : sameContent(before.get(node.id), node) ? 'plain' : 'edited')
      return { document: proposal.document, readOnly: true, lookOf }
    }
    if (building && !building.edit) return { document: building.document, readOnly: true, lookOf: () => 'fresh' }
    return { document, readOnly: false, lookOf: (node) => (fresh.has(node.id) ? 'fresh' : 'plain') }
  }, [document, building, proposal, fresh])
}

export function Canvas() {
  const { t } = useWords()
  const catalog = useKnown((known) => known.catalog)
  const selection = useFlow((flow) => flow.selection)
  const loaded = useFlow((flow) => flow.loaded)
  const building = useCompile((state) => state.building)
  const proposal = useCompile((state) => state.proposal)
  const { document, readOnly, lookOf } = useShown()
  const [nodes, setNodes] = useState<DrawnNode[]>([])
  const dragging = useRef(false)
  const view = useReactFlow()
  useEffect(() => setView(view), [view])

  const places = useMemo((): { [id: string]: Position } => (document.nodes.some((node) => !document.layout?.nodes?.[node.id]) ? placeMissing(document, catalog) : NO_PLACES), [document, catalog])
  useEffect(() => {
    if (!dragging.current) setNodes((before) => drawnNodes(document, catalog, places, selection, lookOf, before))
  }, [document, catalog, places, selection, lookOf])
  const edges = useMemo(() => drawnWires(document, catalog, selection), [document, catalog, selection])

  useFitting(document)

  const onNodesChange = useCallback((changes: NodeChange<DrawnNode>[]) => {
    setNodes((before) => applyNodeChanges(changes.filter((change) => change.type !== 'remove' && change.type !== 'select'), before))
    takeSelection(changes, 'nodes')
    const moved: { [id: string]: Position } = {}
    for (const change of changes) {
      if (change.type !== 'position' || !change.position) continue
      dragging.current = change.dragging === true
      if (!dragging.current) moved[change.id] = change.position
    }
    if (!readOnly && Object.keys(moved).length) useFlow.getState().change(move(documentNow(), moved), `move ${Object.keys(moved).join()}`)
  }, [readOnly])
  const onEdgesChange = useCallback((changes: EdgeChange<DrawnWire>[]) => takeSelection(changes, 'wires'), [])
  const onConnect = useCallback((connection: Connection) => {
    useFlow.getState().change(connect(documentNow(), catalog, endsOf(connection)))
  }, [catalog])
  const valid = useCallback((connection: Connection | DrawnWire) => mayConnect(documentNow(), catalog, endsOf(connection)) === 'ok', [catalog])
  const onConnectEnd = useCallback<OnConnectEnd>((_, end) => {
    if (end.isValid !== false || !end.fromHandle || !end.toHandle) return
    const [from, to] = end.fromHandle.type === 'source' ? [end.fromHandle, end.toHandle] : [end.toHandle, end.fromHandle]
    const why = mayConnect(documentNow(), catalog, { source: from.nodeId, sourcePort: from.id ?? '', target: to.nodeId, targetPort: to.id ?? '' })
    if (why !== 'ok') useUi.getState().toast(t(`connect.${why}`), true)
  }, [catalog, t])
  const onDrop = useCallback((event: DragEvent) => {
    const kind = catalog.byId.get(event.dataTransfer.getData(KIND_DRAG))
    if (!kind || readOnly) return
    event.preventDefault()
    const at = view.screenToFlowPosition({ x: event.clientX, y: event.clientY })
    addKind(kind, { x: at.x - 124, y: at.y - 40 })
  }, [catalog, readOnly, view])

  return (
    <div className="canvas" onDrop={onDrop} onDragOver={(event) => event.dataTransfer.types.includes(KIND_DRAG) && event.preventDefault()} data-testid="canvas" data-readonly={readOnly || undefined}>
      <ReactFlow
        nodes={nodes} edges={edges} nodeTypes={NODE_TYPES} edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange} onEdgesChange={onEdgesChange} onConnect={onConnect} onConnectEnd={onConnectEnd}
        isValidConnection={valid as never} onNodeDoubleClick={() => useUi.getState().set({ tab: 'node', panel: true, sheet: 'full' })}
        onNodeClick={() => useUi.getState().set({ tab: 'node' })}
        nodesDraggable={!readOnly} nodesConnectable={!readOnly} elementsSelectable={!readOnly}
        deleteKeyCode={null} selectionKeyCode="Shift" multiSelectionKeyCode={['Meta', 'Control', 'Shift']}
        snapToGrid snapGrid={[8, 8]} minZoom={0.15} maxZoom={1.75} connectionLineType={ConnectionLineType.Bezier} connectionRadius={32}
        elevateEdgesOnSelect={false} fitViewOptions={{ padding: 0.2, maxZoom: 1 }} onlyRenderVisibleElements={nodes.length > 120}
        ariaLabelConfig={{
          'controls.zoomIn.ariaLabel': t('view.zoom_in'), 'controls.zoomOut.ariaLabel': t('view.zoom_out'),
          'controls.fitView.ariaLabel': t('view.fit'), 'controls.ariaLabel': t('view.controls'), 'minimap.ariaLabel': t('view.minimap'),
          'node.a11yDescription.default': t('view.node_help'), 'edge.a11yDescription.default': t('view.wire_help'),
        }}
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1.4} />
        <Controls showInteractive={false} position="bottom-left" />
        {nodes.length > 1 ? <MiniMap pannable zoomable position="bottom-right" nodeClassName={(node) => `mini mini-${(node as DrawnNode).data.kind?.group ?? ''}`} nodeBorderRadius={10} /> : null}
      </ReactFlow>
      {loaded && document.nodes.length === 0 && !building ? <Empty /> : null}
      {building ? <div className="canvas-banner" role="status"><span className="spinner" aria-hidden />{t('compile.writing')}</div> : null}
      {proposal ? (
        <div className="canvas-banner canvas-banner-ask" role="region" aria-label={t('proposal.title')} data-testid="proposal">
          <span>{t('proposal.title')}</span>
          <button type="button" className="btn btn-small" onClick={dropProposal} data-testid="proposal-drop">{t('proposal.drop')}</button>
          <button type="button" className="btn btn-small btn-primary" onClick={acceptProposal} data-testid="proposal-accept">{t('proposal.accept')}</button>
        </div>
      ) : null}
    </div>
  )
}

function endsOf(connection: Connection | DrawnWire): Pick<Wire, 'source' | 'sourcePort' | 'target' | 'targetPort'> {
  return { source: connection.source, sourcePort: connection.sourceHandle ?? '', target: connection.target, targetPort: connection.targetHandle ?? '' }
}

function takeSelection(changes: readonly (NodeChange<DrawnNode> | EdgeChange<DrawnWire>)[], what: 'nodes' | 'wires'): void {
  const { selection, select } = useFlow.getState()
  const chosen = new Set(selection[what])
  let touched = false
  for (const change of changes) {
    if (change.type !== 'select') continue
    touched = true
    if (change.selected) chosen.add(change.id)
    else chosen.delete(change.id)
  }
  if (touched) select({ ...selection, [what]: chosen })
}

/** Show everything when a flow is opened, while one is being written, when much arrives at once, and for a proposal. */
function useFitting(document: FlowDocument): void {
  const measured = useNodesInitialized()
  const proposed = useCompile((state) => state.proposal !== null)
  const fresh = useCompile((state) => state.fresh)
  const shown = useRef<ReadonlySet<string>>(new Set())
  const wanted = useRef<'now' | 'calmly' | null>(null)
  useEffect(() => {
    const ids = new Set(document.nodes.map((node) => node.id))
    const added = [...ids].filter((id) => !shown.current.has(id)).length
    if (shown.current.size === 0 && added > 0) wanted.current = 'now'
    else if (added > 1 || (added > 0 && useCompile.getState().building)) wanted.current = 'calmly'
    shown.current = ids
  }, [document])
  useEffect(() => {
    if (proposed || fresh.size > 0) wanted.current ??= 'calmly'
  }, [proposed, fresh])
  useEffect(() => {
    if (!measured || !wanted.current || document.nodes.length === 0) return
    const now = wanted.current === 'now'
    wanted.current = null
    if (now) fitView(0)
    else fitView()
  }, [document, measured, proposed, fresh])
}

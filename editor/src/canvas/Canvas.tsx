import '@xyflow/react/dist/base.css'
import './canvas.css'
import './tools.css'
import './live.css'
import { Background, BackgroundVariant, ConnectionLineType, Controls, MiniMap, ReactFlow, useNodesInitialized, useReactFlow, useStore, type EdgeChange, type Node } from '@xyflow/react'
import { useCallback, useEffect, useMemo, useRef, useState, type Dispatch, type MouseEvent, type SetStateAction } from 'react'
import { sameContent, type FlowDocument, type FlowNode, type Position } from '../model/document'
import { namesOf } from '../model/naming'
import { notesOf } from '../model/notes'
import { placeMissing } from '../model/placing'
import { selectNodes, type Selection } from '../model/selection'
import type { Wire } from '../model/wires'
import { acceptProposal, dropProposal, useCompile } from '../session/compile'
import { useFlow } from '../session/flow'
import { useKnown } from '../session/known'
import { askForKind, useQuick } from '../session/quick'
import { useUi } from '../session/ui'
import { useWords } from '../words'
import { Empty } from './Empty'
import { drawnNodes, drawnNotes, drawnWires, isNote, noteOfKey, type Drawn, type DrawnNode, type DrawnWire, type Look } from './graph'
import { takeSelection, useDroppingOnWires, useMoving, useWiring } from './hands'
import { NodeCard } from './NodeCard'
import { NoteCard } from './NoteCard'
import { QuickAdd } from './QuickAdd'
import { SelectionBar } from './SelectionBar'
import { fitView, setView } from './view'
import { WireLine } from './WireLine'

const NODE_TYPES = { flow: NodeCard, note: NoteCard }
const EDGE_TYPES = { wire: WireLine }
const NO_PLACES = {}
/** Below this zoom no text can be read: cards are drawn without it, so that large flows move smoothly. */
const FAR = 0.35
const SNAP: [number, number] = [8, 8]
const FIT = { padding: 0.2, maxZoom: 1 }
const MANY_KEYS = ['Meta', 'Control', 'Shift']

const isFar = (state: { transform: readonly number[] }) => state.transform[2]! < FAR

/** While the view moves, the browser moves what it has painted; written into the page directly, nothing is drawn anew. */
function moving(event: unknown, on: boolean): void {
  const target = (event as { target?: unknown } | null)?.target
  const canvas = target instanceof Element ? target.closest('.canvas') : null
  ;(canvas ?? window.document.querySelector('.canvas'))?.toggleAttribute('data-moving', on)
}
const onMoveStart = (event: unknown) => moving(event, true)
const onMoveEnd = (event: unknown) => moving(event, false)

interface Shown {
  readonly document: FlowDocument
  readonly readOnly: boolean
  readonly lookOf: (node: FlowNode) => Look
}

/** What is on the canvas: the draft, what an author is writing, or an edit waiting to be accepted. */
function useShown(): Shown {
  const document = useFlow((flow) => flow.history.document)
  const { building, proposal, fresh } = useCompile()
  const looking = useKnown((known) => known.looking)
  return useMemo((): Shown => {
    if (proposal) {
      const before = new Map(document.nodes.map((node) => [node.id, node]))
      const lookOf = (node: FlowNode): Look => (!before.has(node.id) ? 'added' : sameContent(before.get(node.id), node) ? 'plain' : 'edited')
      return { document: proposal.document, readOnly: true, lookOf }
    }
    if (building && !building.edit) return { document: building.document, readOnly: true, lookOf: () => 'fresh' }
    return { document, readOnly: looking, lookOf: (node) => (fresh.has(node.id) ? 'fresh' : 'plain') }
  }, [document, building, proposal, fresh, looking])
}

const miniClass = (node: Node) => `mini mini-${isNote(node as Drawn) ? 'note' : ((node as DrawnNode).data.kind?.group ?? '')}`

/** A plain click on one of many that are selected means this one. */
function chooseOne(event: MouseEvent, drawn: Drawn): void {
  const { selection, select } = useFlow.getState()
  const note = noteOfKey(drawn.id)
  // Whoever tries the flow out chooses where the next event goes.
  if (note === null && useUi.getState().tab !== 'try') useUi.getState().set({ tab: 'node' })
  if (event.shiftKey || event.ctrlKey || event.metaKey || selection.nodes.size + selection.notes.size < 2) return
  select(note === null ? selectNodes([drawn.id]) : selectNodes([], [note]))
}

/** What is drawn of a document; unchanged parts stay the same objects. */
function useDrawing({ document, lookOf }: Shown, selection: Selection, setNodes: Dispatch<SetStateAction<Drawn[]>>, dragging: { readonly current: boolean }): DrawnWire[] {
  const { t, lang } = useWords()
  const catalog = useKnown((known) => known.catalog)
  const over = useQuick((quick) => quick.over)
  const places = useMemo((): { [id: string]: Position } => (document.nodes.some((node) => !document.layout?.nodes?.[node.id]) ? placeMissing(document, catalog) : NO_PLACES), [document, catalog])
  const names = useMemo(() => namesOf(document, catalog, lang), [document, catalog, lang])
  useEffect(() => {
    if (dragging.current) return
    setNodes((before) => [...drawnNotes(document, selection, before), ...drawnNodes(document, catalog, places, selection, lookOf, (node) => names.get(node.id) ?? node.id, before)])
  }, [document, catalog, places, selection, lookOf, names, setNodes, dragging])
  return useMemo(() => {
    const said = (wire: Wire) => t('view.wire', { from: names.get(wire.source) ?? wire.source, to: names.get(wire.target) ?? wire.target })
    return drawnWires(document, catalog, selection, said).map((wire) => (wire.id === over ? { ...wire, className: 'wire-over' } : wire))
    // eslint-disable-next-line react-hooks/exhaustive-deps -- t belongs to lang, which the names hang on
  }, [document, catalog, selection, names, over])
}

export function Canvas() {
  const { t } = useWords()
  const selection = useFlow((flow) => flow.selection)
  const loaded = useFlow((flow) => flow.loaded)
  const building = useCompile((state) => state.building)
  const proposal = useCompile((state) => state.proposal)
  const shown = useShown()
  const { document, readOnly } = shown
  const [nodes, setNodes] = useState<Drawn[]>([])
  const { dragging, onNodesChange } = useMoving(readOnly, setNodes)
  const edges = useDrawing(shown, selection, setNodes, dragging)
  const { onNodeDrag, onNodeDragStop, onDragOver, onDrop } = useDroppingOnWires(readOnly)
  const { onConnect, onConnectEnd, valid, onReconnect, onReconnectStart, onReconnectEnd } = useWiring()
  const view = useReactFlow()
  const far = useStore(isFar)
  const looking = useKnown((known) => known.looking)
  useEffect(() => setView(view), [view])
  useFitting(document)
  const onEdgesChange = useCallback((changes: EdgeChange<DrawnWire>[]) => takeSelection(changes, 'wires'), [])
  const onGround = (event: MouseEvent) => {
    if (!readOnly && (event.target as Element).classList.contains('react-flow__pane')) askForKind({ screen: { x: event.clientX, y: event.clientY } })
  }

  return (
    <div className="canvas" onDrop={onDrop} onDragOver={onDragOver} onDoubleClick={onGround} data-testid="canvas" data-readonly={readOnly || undefined} data-far={far || undefined}>
      <ReactFlow
        nodes={nodes} edges={edges} nodeTypes={NODE_TYPES} edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange} onEdgesChange={onEdgesChange} onConnect={onConnect} onConnectEnd={onConnectEnd}
        onReconnect={onReconnect} onReconnectStart={onReconnectStart} onReconnectEnd={onReconnectEnd} onNodeDrag={onNodeDrag} onNodeDragStop={onNodeDragStop}
        isValidConnection={valid as never} onNodeDoubleClick={(_, node) => { if (!isNote(node)) useUi.getState().set({ tab: 'node', panel: true, sheet: 'full' }) }}
        onNodeClick={chooseOne}
        nodesDraggable={!readOnly} nodesConnectable={!readOnly} edgesReconnectable={!readOnly} reconnectRadius={14} zoomOnDoubleClick={false} elementsSelectable={!readOnly || looking}
        deleteKeyCode={null} selectionKeyCode="Shift" multiSelectionKeyCode={MANY_KEYS}
        onMoveStart={onMoveStart} onMoveEnd={onMoveEnd} snapToGrid snapGrid={SNAP} minZoom={0.15} maxZoom={1.75} connectionLineType={ConnectionLineType.Bezier} connectionRadius={32}
        elevateEdgesOnSelect={false} fitViewOptions={FIT} onlyRenderVisibleElements={nodes.length > 120}
        ariaLabelConfig={{
          'controls.zoomIn.ariaLabel': t('view.zoom_in'), 'controls.zoomOut.ariaLabel': t('view.zoom_out'),
          'controls.fitView.ariaLabel': t('view.fit'), 'controls.ariaLabel': t('view.controls'), 'minimap.ariaLabel': t('view.minimap'),
          'node.a11yDescription.default': t('view.node_help'), 'edge.a11yDescription.default': t('view.wire_help'),
        }}
      >
        <Background variant={BackgroundVariant.Dots} gap={far ? 120 : 24} size={far ? 5 : 1.4} />
        <Controls showInteractive={false} position="bottom-left" />
        {nodes.length > 1 ? <MiniMap pannable zoomable position="bottom-right" nodeClassName={miniClass} nodeBorderRadius={10} /> : null}
      </ReactFlow>
      {loaded && document.nodes.length === 0 && notesOf(document).length === 0 && !building ? <Empty /> : null}
      {readOnly ? null : <SelectionBar />}
      <QuickAdd />
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

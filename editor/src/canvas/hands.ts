// What the hand does on the canvas: dragging nodes and frames, dropping onto wires, drawing wires and their ends.
import { applyNodeChanges, type Connection, type EdgeChange, type NodeChange, type OnConnectEnd, type OnReconnect } from '@xyflow/react'
import { useCallback, useRef, type Dispatch, type DragEvent, type SetStateAction } from 'react'
import type { Position } from '../model/document'
import { carried, carriedNotes, moveAll } from '../model/notes'
import type { Wire } from '../model/wires'
import { wireId } from '../model/wires'
import { addKind } from '../session/doing'
import { documentNow, useFlow } from '../session/flow'
import { useKnown } from '../session/known'
import { askForKind, cutWire, drawWire, putOnWire, rewire, useQuick, whyNot, wireFor, wireForKind } from '../session/quick'
import { nodeSize } from '../session/sizes'
import { useUi } from '../session/ui'
import { useWords } from '../words'
import { KIND_DRAG } from './drag'
import { noteKey, noteOfKey, type Drawn, type DrawnWire } from './graph'
import { screenToFlow } from './view'

type Places = { [id: string]: Position }

/** Changes of place, told apart by what moved. */
function placesOf(changes: readonly NodeChange<Drawn>[], which: (dragging: boolean) => boolean): { nodes: Places; notes: Places } {
  const found = { nodes: {} as Places, notes: {} as Places }
  for (const change of changes) {
    if (change.type !== 'position' || !change.position || !which(change.dragging === true)) continue
    const note = noteOfKey(change.id)
    if (note === null) found.nodes[change.id] = change.position
    else found.notes[note] = change.position
  }
  return found
}

/** A frame takes along what it holds, already while it is dragged. */
function withCarried(drawn: Drawn[], changes: readonly NodeChange<Drawn>[]): Drawn[] {
  const { nodes, notes } = placesOf(changes, () => true)
  if (Object.keys(notes).length === 0) return drawn
  const places = { ...carried(documentNow(), nodes, notes, nodeSize), ...noteKeys(carriedNotes(documentNow(), notes)) }
  return drawn.map((one) => (places[one.id] && !nodes[one.id] ? { ...one, position: places[one.id]! } : one))
}

function noteKeys(places: Places): Places {
  return Object.fromEntries(Object.entries(places).map(([id, at]) => [noteKey(id), at]))
}

export function useMoving(readOnly: boolean, setNodes: Dispatch<SetStateAction<Drawn[]>>) {
  const dragging = useRef(false)
  const onNodesChange = useCallback((changes: NodeChange<Drawn>[]) => {
    setNodes((before) => withCarried(applyNodeChanges(changes.filter((change) => change.type !== 'remove' && change.type !== 'select'), before), changes))
    takeSelection(changes, 'nodes')
    for (const change of changes) if (change.type === 'position' && change.position) dragging.current = change.dragging === true
    const { nodes, notes } = placesOf(changes, (still) => !still)
    const moved = [...Object.keys(nodes), ...Object.keys(notes)]
    if (readOnly || moved.length === 0) return
    const { over } = useQuick.getState()
    if (over && moved.length === 1) return
    useFlow.getState().change(moveAll(documentNow(), nodes, notes, nodeSize), `move ${moved.join()}`)
  }, [readOnly, setNodes])
  return { dragging, onNodesChange }
}

/** A single node that is dragged over a wire it fits lights the wire up, and goes onto it when it is let go. */
export function useDroppingOnWires(readOnly: boolean) {
  const target = useRef<Wire | undefined>(undefined)
  const over = (wire: Wire | undefined) => {
    target.current = wire
    const id = wire ? wireId(wire) : null
    if (useQuick.getState().over !== id) useQuick.setState({ over: id })
  }
  const onNodeDrag = (event: MouseEvent | TouchEvent, node: Drawn, all: Drawn[]) => {
    const point = 'clientX' in event ? event : event.touches[0]
    over(readOnly || all.length > 1 || node.type !== 'flow' || !point ? undefined : wireFor(node.id, point.clientX, point.clientY))
  }
  const onNodeDragStop = (_: unknown, node: Drawn) => {
    const wire = target.current
    over(undefined)
    if (wire) putOnWire(wire, node.id, node.position)
  }
  const kindOf = (event: DragEvent) => useKnown.getState().catalog.byId.get(event.dataTransfer.getData(KIND_DRAG))
  const onDragOver = (event: DragEvent) => {
    if (event.dataTransfer.types.includes(KIND_DRAG)) event.preventDefault()
  }
  const onDrop = (event: DragEvent) => {
    const kind = kindOf(event)
    if (!kind || readOnly) return
    event.preventDefault()
    const at = screenToFlow({ x: event.clientX, y: event.clientY })
    const place = { x: at.x - 124, y: at.y - 40 }
    const wire = wireForKind(kind, event.clientX, event.clientY)
    if (wire) putOnWire(wire, kind, place)
    else addKind(kind, place)
  }
  return { onNodeDrag, onNodeDragStop, onDragOver, onDrop }
}

export function useWiring() {
  const { t } = useWords()
  const reconnecting = useRef<DrawnWire | null>(null)
  const onConnect = useCallback((connection: Connection) => drawWire(endsOf(connection)), [])
  const valid = useCallback((connection: Connection | DrawnWire) => whyNot(endsOf(connection)) === 'ok', [])
  /** Refused: say why. On empty ground: offer what fits there. */
  const onConnectEnd = useCallback<OnConnectEnd>((event, end) => {
    const { fromHandle, toHandle } = end
    if (!fromHandle || end.isValid || reconnecting.current) return
    const point = 'clientX' in event ? event : event.changedTouches[0]
    if (!toHandle) {
      if (!end.toNode && point) askForKind({ screen: { x: point.clientX, y: point.clientY }, end: { node: fromHandle.nodeId, port: fromHandle.id ?? '', side: fromHandle.type } })
      return
    }
    const [from, to] = fromHandle.type === 'source' ? [fromHandle, toHandle] : [toHandle, fromHandle]
    const why = whyNot({ source: from.nodeId, sourcePort: from.id ?? '', target: to.nodeId, targetPort: to.id ?? '' })
    if (why !== 'ok') useUi.getState().toast(t(`connect.${why}`), true)
  }, [t])
  const onReconnectStart = useCallback((_: unknown, wire: DrawnWire) => { reconnecting.current = wire }, [])
  const onReconnect = useCallback<OnReconnect<DrawnWire>>((wire, connection) => {
    reconnecting.current = null
    rewire(wire.data!.wire, endsOf(connection))
  }, [])
  /** An end that is let go over empty ground cuts the wire. */
  const onReconnectEnd = useCallback((_: unknown, wire: DrawnWire, __: unknown, end: { toHandle: unknown }) => {
    if (reconnecting.current && !end.toHandle) cutWire(wire.data!.wire)
    setTimeout(() => { reconnecting.current = null }, 0)
  }, [])
  return { onConnect, onConnectEnd, valid, onReconnect, onReconnectStart, onReconnectEnd }
}

function endsOf(connection: Connection | DrawnWire): Pick<Wire, 'source' | 'sourcePort' | 'target' | 'targetPort'> {
  return { source: connection.source, sourcePort: connection.sourceHandle ?? '', target: connection.target, targetPort: connection.targetHandle ?? '' }
}

export function takeSelection(changes: readonly (NodeChange<Drawn> | EdgeChange<DrawnWire>)[], what: 'nodes' | 'wires'): void {
  const { selection, select } = useFlow.getState()
  const chosen = { nodes: new Set(selection.nodes), wires: new Set(selection.wires), notes: new Set(selection.notes) }
  let touched = false
  for (const change of changes) {
    if (change.type !== 'select') continue
    touched = true
    const note = noteOfKey(change.id)
    const [set, id] = note === null ? [chosen[what], change.id] : [chosen.notes, note]
    if (change.selected) set.add(id)
    else set.delete(id)
  }
  if (touched) select(chosen)
}


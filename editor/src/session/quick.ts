// Adding a node where the pointer is: on empty ground, at the open end of a wire, or on a wire.
import { create } from 'zustand'
import { middleOnScreen, screenToFlow } from '../canvas/view'
import { isSource, type KindInfo } from '../model/catalog'
import { positionOf, type Position } from '../model/document'
import { addNode, connect, disconnect, newNode, type WireEnds } from '../model/edits'
import { addAtEnd, addOnWire, dropOnWire, fitsEnd, fitsWire, mayJoin, reconnect, type OpenEnd } from '../model/inserting'
import { sizeOf } from '../model/size'
import { allWires, mayConnect, wireId, type Wire } from '../model/wires'
import { documentNow, selectOnly, useFlow } from './flow'
import { useKnown } from './known'
import { useUi } from './ui'

interface Asked {
  /** Where the list opens, in the window. */
  readonly screen: Position
  readonly end?: OpenEnd
  readonly wire?: WireEnds
}

interface Quick {
  readonly asked: Asked | null
  /** The wire that a dragged node would go onto. */
  readonly over: string | null
}

export const useQuick = create<Quick>()(() => ({ asked: null, over: null }))

export const askForKind = (asked: Asked | null) => useQuick.setState({ asked })

/** By key: at the end of the selected node or on the selected wire, else in the middle. */
export function askHere(): void {
  const { selection } = useFlow.getState()
  const { catalog } = useKnown.getState()
  const document = documentNow()
  const [node] = selection.nodes.size === 1 ? selection.nodes : []
  const wire = allWires(document, catalog).find((one) => selection.wires.has(wireId(one)))
  const port = catalog.byId.get(document.nodes.find((one) => one.id === node)?.kind ?? '')?.outputs[0]?.name
  const screen = middleOnScreen()
  if (wire && selection.nodes.size === 0) askForKind({ screen, wire })
  else if (node !== undefined && port !== undefined) askForKind({ screen, end: { node, port, side: 'source' } })
  else askForKind({ screen })
}

export function fitting(kinds: readonly KindInfo[], asked: Asked): readonly KindInfo[] {
  const { end, wire } = asked
  return kinds.filter((kind) => (wire ? fitsWire(kind) : end ? fitsEnd(kind, end) : true))
}

export function addHere(kind: KindInfo): void {
  const { asked } = useQuick.getState()
  if (!asked) return
  const { catalog } = useKnown.getState()
  const { change } = useFlow.getState()
  const document = documentNow()
  const node = newNode(document, kind)
  if (asked.wire) change(addOnWire(document, catalog, asked.wire, node))
  else {
    const at = placeAt(kind, asked)
    change(asked.end ? addAtEnd(document, catalog, node, asked.end, at) : addNode(document, node, at))
  }
  askForKind(null)
  selectOnly(node.id)
  useUi.getState().set({ tab: 'node' })
  // The keyboard goes on at the new node, which the canvas brings into view.
  setTimeout(() => window.document.querySelector<HTMLElement>(`.react-flow__node[data-id="${node.id}"]`)?.focus(), 60)
}

/** With its port at the pointer; asked for by key, beside the node that it follows. */
function placeAt(kind: KindInfo, { screen, end }: Asked): Position {
  const at = screenToFlow(screen)
  const size = sizeOf(kind)
  const from = end && positionOf(documentNow(), end.node)
  if (from && sameSpot(screen, middleOnScreen())) return { x: from.x + size.width + 96, y: from.y }
  if (!end) return { x: at.x - size.width / 2, y: at.y - size.height / 2 }
  return { x: end.side === 'source' ? at.x : at.x - size.width, y: at.y - size.height / 2 }
}

const sameSpot = (a: Position, b: Position) => a.x === b.x && a.y === b.y

/** The wire under a point of the window, as the canvas drew it. */
export function wireUnder(x: number, y: number): Wire | undefined {
  const id = window.document.elementsFromPoint(x, y).map((part) => part.closest('.react-flow__edge')?.getAttribute('data-id')).find(Boolean)
  return id ? allWires(documentNow(), useKnown.getState().catalog).find((wire) => wireId(wire) === id) : undefined
}

export function wireFor(id: string, x: number, y: number): Wire | undefined {
  const wire = wireUnder(x, y)
  return wire && mayJoin(documentNow(), useKnown.getState().catalog, wire, id) ? wire : undefined
}

export function wireForKind(kind: KindInfo, x: number, y: number): Wire | undefined {
  return !isSource(kind) && fitsWire(kind) ? wireUnder(x, y) : undefined
}

export function putOnWire(wire: WireEnds, what: KindInfo | string, at: Position): void {
  const document = documentNow()
  const { catalog } = useKnown.getState()
  if (typeof what === 'string') return useFlow.getState().change(dropOnWire(document, catalog, wire, what, at))
  const node = newNode(document, what)
  useFlow.getState().change(addOnWire(document, catalog, wire, node, at))
  selectOnly(node.id)
  useUi.getState().set({ tab: 'node' })
}

export function rewire(wire: WireEnds, ends: WireEnds): void {
  useFlow.getState().change(reconnect(documentNow(), useKnown.getState().catalog, wire, ends))
}

export function cutWire(wire: WireEnds): void {
  useFlow.getState().change(disconnect(documentNow(), useKnown.getState().catalog, [wire]))
}

export function drawWire(ends: WireEnds): void {
  useFlow.getState().change(connect(documentNow(), useKnown.getState().catalog, ends))
}

export const whyNot = (ends: WireEnds) => mayConnect(documentNow(), useKnown.getState().catalog, ends)

// Putting a node where a wire is or where one would go: which kinds fit there, and the change that wires them.
import type { Catalog, KindInfo } from './catalog'
import { apply, batch, type Change } from './changes'
import { nodeById, positionOf, type FlowDocument, type FlowNode, type Position } from './document'
import { addNode, connect, disconnect, move, setNode, withPositions, type WireEnds } from './edits'
import { placeMissing, withRoom } from './placing'
import { GAP_X, NODE_WIDTH } from './size'
import { mayConnect, wireId, wiresInto } from './wires'

/** One end of a wire whose other end is still open. */
export interface OpenEnd {
  readonly node: string
  readonly port: string
  readonly side: 'source' | 'target'
}


export function fitsEnd(kind: KindInfo, end: OpenEnd): boolean {
  return end.side === 'source' ? kind.inputs.length > 0 : kind.outputs.length > 0
}

export function fitsWire(kind: KindInfo): boolean {
  return kind.inputs.length > 0 && kind.outputs.length > 0
}

/** A new node with the open end wired to its first port. */
export function addAtEnd(document: FlowDocument, catalog: Catalog, node: FlowNode, end: OpenEnd, at: Position): Change {
  const added = addNode(document, node, at)
  const kind = catalog.byId.get(node.kind)
  const port = (end.side === 'source' ? kind?.inputs : kind?.outputs)?.[0]?.name
  if (port === undefined) return added
  const ends = end.side === 'source'
    ? { source: end.node, sourcePort: end.port, target: node.id, targetPort: port }
    : { source: node.id, sourcePort: port, target: end.node, targetPort: end.port }
  return batch(added, connect(apply(document, added).document, catalog, ends))
}

/** A new node in the middle of a wire; what comes after it makes room. `at` is where it was dropped, if it was. */
export function addOnWire(document: FlowDocument, catalog: Catalog, wire: WireEnds, node: FlowNode, at?: Position): Change {
  const added: Change = { t: 'insert', index: document.nodes.length, node }
  const joined = joinWire(apply(document, added).document, catalog, wire, node.id)
  const all = batch(added, joined)
  const after = apply(document, all).document
  return batch(all, { t: 'put', key: 'layout', value: withPositions(after, placesOnWire(after, catalog, wire, node.id, at)) })
}

/** Whether a node that is already there may go onto a wire. */
export function mayJoin(document: FlowDocument, catalog: Catalog, wire: WireEnds, id: string): boolean {
  const kind = catalog.byId.get(nodeById(document, id)?.kind ?? '')
  if (!kind || !fitsWire(kind) || id === wire.source || id === wire.target) return false
  const [before, behind] = around(kind, wire, id)
  return mayConnect(document, catalog, before) === 'ok' && mayConnect(document, catalog, behind) === 'ok'
}

/** Take a wire through a node that is already there. */
export function joinWire(document: FlowDocument, catalog: Catalog, wire: WireEnds, id: string): Change {
  const kind = catalog.byId.get(nodeById(document, id)?.kind ?? '')
  if (!kind || !fitsWire(kind)) return batch()
  let current = document
  const changes: Change[] = []
  const then = (change: Change) => {
    changes.push(change)
    current = apply(current, change).document
  }
  then(disconnect(current, catalog, [wire]))
  for (const ends of around(kind, wire, id)) if (mayConnect(current, catalog, ends) === 'ok') then(connect(current, catalog, ends))
  return batch(...changes)
}

/** The same wire with another end, in its old place among the wires of its target where that stays. */
export function reconnect(document: FlowDocument, catalog: Catalog, wire: WireEnds, ends: WireEnds): Change {
  if (wireId(wire) === wireId(ends) || mayConnect(document, catalog, ends) !== 'ok') return batch()
  const node = nodeById(document, wire.target)
  const index = node ? wiresInto(document, catalog, node).findIndex((other) => wireId(other) === wireId(wire)) : -1
  const cut = disconnect(document, catalog, [wire])
  const between = apply(document, cut).document
  const drawn = batch(cut, connect(between, catalog, ends))
  const from = nodeById(apply(document, drawn).document, ends.target)?.from
  if (wire.target !== ends.target || !Array.isArray(from) || index < 0) return drawn
  const refs = [...from] as string[]
  refs.splice(index, 0, refs.pop()!)
  return batch(drawn, setNode(apply(document, drawn).document, ends.target, { from: refs }))
}

function around(kind: KindInfo, wire: WireEnds, id: string): readonly [WireEnds, WireEnds] {
  return [
    { source: wire.source, sourcePort: wire.sourcePort, target: id, targetPort: kind.inputs[0]!.name },
    { source: id, sourcePort: kind.outputs[0]!.name, target: wire.target, targetPort: wire.targetPort },
  ]
}

function placesOnWire(document: FlowDocument, catalog: Catalog, wire: WireEnds, id: string, at?: Position): { [id: string]: Position } {
  const source = positionOf(document, wire.source)
  const target = positionOf(document, wire.target)
  const roomy = at && source && target && at.x >= source.x + NODE_WIDTH + GAP_X / 4 && at.x + NODE_WIDTH + GAP_X / 4 <= target.x
  return roomy ? { [id]: at } : withRoom(document, catalog, { [id]: placeMissing(document, catalog)[id] ?? at ?? { x: 0, y: 0 } })
}

/** A node that was dragged onto a wire: wired, and what comes after it makes room. */
export function dropOnWire(document: FlowDocument, catalog: Catalog, wire: WireEnds, id: string, at: Position): Change {
  const joined = joinWire(document, catalog, wire, id)
  const after = apply(document, joined).document
  const { [id]: _, ...others } = after.layout?.nodes ?? {}
  const unplaced = { ...after, layout: { ...after.layout, nodes: others } }
  return batch(joined, move(after, placesOnWire(unplaced, catalog, wire, id, at)))
}

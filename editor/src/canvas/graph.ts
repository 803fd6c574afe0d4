// Between the document and what @xyflow/react draws. Unchanged nodes keep their object, so that they are not drawn again.
import type { Edge, Node } from '@xyflow/react'
import type { Catalog, KindInfo } from '../model/catalog'
import { positionOf, type FlowDocument, type FlowNode, type Position } from '../model/document'
import type { Selection } from '../model/selection'
import { sizeOf } from '../model/size'
import { allWires, wireId, type Wire } from '../model/wires'

export type Look = 'plain' | 'fresh' | 'added' | 'edited'

export interface NodeData extends Record<string, unknown> {
  readonly node: FlowNode
  readonly kind: KindInfo | undefined
  readonly look: Look
}

export interface WireData extends Record<string, unknown> {
  readonly wire: Wire
  /** The first wire out of its port: it alone carries the plain test id. */
  readonly first: boolean
}

export type DrawnNode = Node<NodeData, 'flow'>
export type DrawnWire = Edge<WireData, 'wire'>

export function drawnNodes(
  document: FlowDocument, catalog: Catalog, places: { readonly [id: string]: Position }, selection: Selection,
  lookOf: (node: FlowNode) => Look, before: readonly DrawnNode[],
): DrawnNode[] {
  const known = new Map(before.map((drawn) => [drawn.id, drawn]))
  return document.nodes.map((node) => {
    const position = positionOf(document, node.id) ?? places[node.id] ?? { x: 0, y: 0 }
    const kind = catalog.byId.get(node.kind)
    const selected = selection.nodes.has(node.id)
    const look = lookOf(node)
    const old = known.get(node.id)
    const same = old && old.data.node === node && old.data.kind === kind && old.data.look === look
    if (same && old.selected === selected && old.position.x === position.x && old.position.y === position.y) return old
    const size = sizeOf(kind)
    return {
      ...(old ?? { initialWidth: size.width, initialHeight: size.height }), id: node.id, type: 'flow' as const, position: { ...position },
      selected, data: same ? old.data : { node, kind, look }, dragging: false, ariaLabel: node.label ?? node.id,
    } as DrawnNode
  })
}

export function drawnWires(document: FlowDocument, catalog: Catalog, selection: Selection): DrawnWire[] {
  const kinds = new Map(document.nodes.map((node) => [node.id, catalog.byId.get(node.kind)]))
  const seen = new Set<string>()
  return allWires(document, catalog).flatMap((wire): DrawnWire[] => {
    const out = kinds.get(wire.source)?.outputs.some((port) => port.name === wire.sourcePort)
    const input = kinds.get(wire.target)?.inputs.some((port) => port.name === wire.targetPort)
    if (!out || !input) return []
    const output = `${wire.source}.${wire.sourcePort}`
    const first = !seen.has(output)
    seen.add(output)
    const id = wireId(wire)
    return [{
      id, type: 'wire', source: wire.source, sourceHandle: wire.sourcePort, target: wire.target, targetHandle: wire.targetPort,
      selected: selection.wires.has(id), data: { wire, first },
    }]
  })
}

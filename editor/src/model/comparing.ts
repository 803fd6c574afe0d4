// Two versions of a flow in one graph: what stays, what is new, what changed and what goes.
import { differences } from './proposal'
import type { Catalog } from './catalog'
import { layOut } from './layers'
import { allWires, wireId } from './wires'
import type { FlowDocument, Position } from './document'

export type Standing = 'same' | 'added' | 'edited' | 'removed'
export interface ComparedNode { readonly id: string; readonly standing: Standing; readonly place: Position }
export interface ComparedWire { readonly id: string; readonly standing: Standing; readonly source: string; readonly target: string }
export interface Compared { readonly nodes: readonly ComparedNode[]; readonly wires: readonly ComparedWire[]; readonly left: number }

export const BOX = { width: 168, height: 36 }
const ACROSS = (BOX.width + 24) / (BOX.height + 36)
const ALONG = (BOX.height + 32) / (BOX.width + 96)
const MOST_SHOWN = 24

/** `down`: from top to bottom, for narrow screens. `left` nodes that did not change and stand beside none that did are left out of a large flow. */
export function compared(before: FlowDocument, after: FlowDocument, catalog: Catalog, down = false): Compared {
  const there = new Set(after.nodes.map((node) => node.id))
  const both: FlowDocument = { ...after, nodes: [...after.nodes, ...before.nodes.filter((node) => !there.has(node.id))] }
  const standings = new Map(differences(before, after).flatMap((change) => ('node' in change ? [[change.node.id, change.what] as const] : [])))
  const standingOf = (id: string): Standing => standings.get(id) ?? 'same'
  const [was, is] = [allWires(before, catalog), allWires(after, catalog)]
  const [wasIds, isIds] = [new Set(was.map(wireId)), new Set(is.map(wireId))]
  const wires = [
    ...is.map((wire): ComparedWire => ({ id: wireId(wire), standing: wasIds.has(wireId(wire)) ? 'same' : 'added', source: wire.source, target: wire.target })),
    ...was.filter((wire) => !isIds.has(wireId(wire))).map((wire): ComparedWire => ({ id: wireId(wire), standing: 'removed', source: wire.source, target: wire.target })),
  ]
  const shown = new Set(both.nodes.filter((node) => both.nodes.length <= MOST_SHOWN || standingOf(node.id) !== 'same').map((node) => node.id))
  if (both.nodes.length > MOST_SHOWN) for (const wire of wires) if (standings.has(wire.source) || standings.has(wire.target)) shown.add(wire.source).add(wire.target)
  const part: FlowDocument = { ...both, nodes: both.nodes.filter((node) => shown.has(node.id)) }
  const places = layOut(part, catalog, () => BOX)
  const nodes = part.nodes.map((node) => ({ id: node.id, standing: standingOf(node.id), place: down ? turned(places[node.id]!) : places[node.id]! }))
  return { nodes, wires: wires.filter((wire) => shown.has(wire.source) && shown.has(wire.target)), left: both.nodes.length - nodes.length }
}

function turned({ x, y }: Position): Position {
  return { x: y * ACROSS, y: x * ALONG }
}

// Places for nodes that have none, beside what a person already placed.
import type { Catalog } from './catalog'
import { positionOf, type FlowDocument, type Position } from './document'
import { layerOf, layOut } from './layers'
import { GAP_X, NODE_WIDTH, sizeOf } from './size'
import { allWires, reaches } from './wires'

const GAP_Y = 32

export function placeMissing(document: FlowDocument, catalog: Catalog): { [id: string]: Position } {
  const size = (id: string) => sizeOf(catalog.byId.get(document.nodes.find((node) => node.id === id)?.kind ?? ''))
  const known = new Map(document.nodes.flatMap((node) => { const at = positionOf(document, node.id); return at ? [[node.id, at] as const] : [] }))
  if (known.size === 0) return layOut(document, catalog, size)
  const layers = layerOf(document, catalog)
  const wires = allWires(document, catalog)
  const missing = document.nodes.filter((node) => !known.has(node.id)).sort((a, b) => (layers.get(a.id) ?? 0) - (layers.get(b.id) ?? 0))
  const places: { [id: string]: Position } = {}
  const bottom = Math.max(...[...known].map(([id, at]) => at.y + size(id).height))
  const left = Math.min(...[...known.values()].map((at) => at.x))
  for (const node of missing) {
    const before = wires.filter((wire) => wire.target === node.id).flatMap((wire) => { const at = known.get(wire.source); return at ? [{ at, size: size(wire.source) }] : [] })
    const wish = before.length
      ? { x: Math.max(...before.map((s) => s.at.x + s.size.width)) + GAP_X, y: before.reduce((sum, s) => sum + s.at.y, 0) / before.length }
      : { x: left, y: bottom + GAP_Y }
    const at = free(wish, size(node.id), [...known].map(([id, place]) => ({ ...place, ...size(id) })))
    known.set(node.id, at)
    places[node.id] = at
  }
  return places
}

/** The same places, with what comes after a node that was put in between moved on to the right, and the node in its row. */
export function withRoom(document: FlowDocument, catalog: Catalog, places: { readonly [id: string]: Position }): { [id: string]: Position } {
  const found: { [id: string]: Position } = { ...places }
  const where = (id: string) => found[id] ?? positionOf(document, id)
  const wires = allWires(document, catalog)
  for (const [id, at] of Object.entries(places)) {
    const right = at.x + NODE_WIDTH + GAP_X
    const near = wires.filter((wire) => wire.source === id && !places[wire.target] && (where(wire.target)?.x ?? right) < right).map((wire) => wire.target)
    if (near.length === 0) continue
    const by = right - Math.min(...near.map((target) => where(target)!.x))
    found[id] = { x: at.x, y: where(near[0]!)!.y }
    for (const node of document.nodes) {
      const own = where(node.id)
      if (own && node.id !== id && near.some((target) => target === node.id || reaches(document, catalog, target, node.id))) found[node.id] = { x: own.x + by, y: own.y }
    }
  }
  return found
}

type Box = Position & { width: number; height: number }

/** The first place at or below `wish` where nothing else is. */
export function free(wish: Position, size: { width: number; height: number }, taken: readonly Box[]): Position {
  let y = Math.round(wish.y)
  for (let tries = 0; tries < 600; tries += 1) {
    const hit = taken.find((box) => wish.x < box.x + box.width && wish.x + size.width > box.x && y < box.y + box.height + GAP_Y / 2 && y + size.height + GAP_Y / 2 > box.y)
    if (!hit) break
    y = Math.round(hit.y + hit.height + GAP_Y)
  }
  return { x: Math.round(wish.x), y }
}

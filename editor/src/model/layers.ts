// A quick layered layout, left to right, without any library: for graphs that are still being written, and where the
// better layout cannot be loaded. Nodes that already have a place keep it when `keep` is given.
import type { Catalog } from './catalog'
import type { FlowDocument, Position } from './document'
import { allWires } from './wires'
import { GAP_X } from './size'

export interface Size {
  readonly width: number
  readonly height: number
}

const GAP_Y = 36

export function layerOf(document: FlowDocument, catalog: Catalog): Map<string, number> {
  const ids = new Set(document.nodes.map((node) => node.id))
  const into = new Map<string, string[]>()
  for (const wire of allWires(document, catalog)) {
    if (ids.has(wire.source)) into.set(wire.target, [...(into.get(wire.target) ?? []), wire.source])
  }
  const layers = new Map<string, number>()
  const walking = new Set<string>()
  const visit = (id: string): number => {
    const known = layers.get(id)
    if (known !== undefined) return known
    if (walking.has(id)) return 0
    walking.add(id)
    const depth = Math.max(-1, ...(into.get(id) ?? []).map(visit)) + 1
    walking.delete(id)
    layers.set(id, depth)
    return depth
  }
  for (const node of document.nodes) visit(node.id)
  return layers
}

export function layOut(document: FlowDocument, catalog: Catalog, size: (id: string) => Size): { [id: string]: Position } {
  const layers = layerOf(document, catalog)
  const columns: string[][] = []
  for (const node of document.nodes) (columns[layers.get(node.id) ?? 0] ??= []).push(node.id)
  const places: { [id: string]: Position } = {}
  const above = new Map<string, number>()
  const wires = allWires(document, catalog)
  let x = 0
  for (const column of columns) {
    if (!column) continue
    const wish = (id: string) => {
      const sources = wires.filter((wire) => wire.target === id && above.has(wire.source)).map((wire) => above.get(wire.source)!)
      return sources.length ? sources.reduce((a, b) => a + b, 0) / sources.length : Number.POSITIVE_INFINITY
    }
    const order = column.map((id, i) => ({ id, wish: wish(id), i })).sort((a, b) => (a.wish === b.wish ? a.i - b.i : a.wish - b.wish))
    const total = order.reduce((sum, { id }) => sum + size(id).height + GAP_Y, -GAP_Y)
    let y = -total / 2
    for (const { id } of order) {
      places[id] = { x, y: Math.round(y) }
      above.set(id, y + size(id).height / 2)
      y += size(id).height + GAP_Y
    }
    x += Math.max(...column.map((id) => size(id).width)) + GAP_X
  }
  return places
}

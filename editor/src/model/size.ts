// How much room a node takes on the canvas, so that it can be placed before it was ever drawn.
import type { KindInfo } from './catalog'
import type { Size } from './layers'

export const NODE_WIDTH = 248
const HEAD = 96
const PORT_ROW = 24

/** Ports are rows of their own as soon as their side has more than one; a single one sits at the middle of its edge. */
export function portRows(kind: KindInfo | undefined): number {
  const many = [kind?.inputs.length ?? 0, kind?.outputs.length ?? 0].filter((n) => n > 1)
  return Math.max(0, ...many)
}

export function sizeOf(kind: KindInfo | undefined): Size {
  const rows = portRows(kind)
  return { width: NODE_WIDTH, height: HEAD + (rows ? rows * PORT_ROW + 8 : 0) }
}

/** Between a node and the next: room for a value with its unit and age on the wire. */
export const GAP_X = 136

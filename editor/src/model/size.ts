// How much room a node takes on the canvas, so that it can be placed before it was ever drawn.
import type { KindInfo } from './catalog'
import type { Size } from './layers'

export const NODE_WIDTH = 248
const HEAD = 80
const PORT_ROW = 24

/** Ports are rows of their own as soon as one side has more than one. */
export function portRows(kind: KindInfo | undefined): number {
  const most = Math.max(kind?.inputs.length ?? 0, kind?.outputs.length ?? 0)
  return most > 1 ? most : 0
}

export function sizeOf(kind: KindInfo | undefined): Size {
  const rows = portRows(kind)
  return { width: NODE_WIDTH, height: HEAD + (rows ? rows * PORT_ROW + 8 : 0) }
}

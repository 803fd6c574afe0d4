// Corners in a flat drawing: where a new one goes, and how keys move one.
export interface Point {
  readonly x: number
  readonly y: number
}

/** The place among the corners of one that is added: in the side that it lies nearest to; the first three come in the order they were set. */
export function placeOf(added: Point, corners: readonly Point[]): number {
  if (corners.length < 3) return corners.length
  const away = corners.map((corner, i) => distance(added, corner, corners[(i + 1) % corners.length]!))
  return away.indexOf(Math.min(...away)) + 1
}

/** How far a point lies from the side between two corners. */
function distance(point: Point, a: Point, b: Point): number {
  const [px, py, bx, by] = [point.x - a.x, point.y - a.y, b.x - a.x, b.y - a.y]
  const length = bx * bx + by * by
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * bx + py * by) / length))
  return Math.hypot(px - along * bx, py - along * by)
}

const STEPS: { readonly [key: string]: Point } = { ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 } }

/** Where a key puts a corner of the drawing; null for a key that means something else. */
export function stepped({ key, shiftKey }: { readonly key: string; readonly shiftKey: boolean }, from: Point): Point | 'gone' | null {
  if (key === 'Delete' || key === 'Backspace') return 'gone'
  const step = STEPS[key]
  const far = shiftKey ? 10 : 2
  return step ? { x: from.x + step.x * far, y: from.y + step.y * far } : null
}

// Zones, lines and a part of a picture as they are drawn over a still: corners in parts (0..1) of its width and height.
import { placeOf, type Point } from './corners'
import type { Json } from './document'

export type Sort = 'polygons' | 'lines' | 'crop'

/** A polygon, a line (from, to) or a part (its upper left and lower right corner); too few corners while it is being drawn. */
export interface Outline {
  readonly name: string
  readonly corners: readonly Point[]
}

const DIGITS = 3
const LEAST = 0.02
/** Of a part's width and height. */
const FRESH: { readonly [sort in Sort]: readonly Point[] } = {
  polygons: [{ x: 0.35, y: 0.35 }, { x: 0.65, y: 0.35 }, { x: 0.65, y: 0.65 }, { x: 0.35, y: 0.65 }],
  lines: [{ x: 0.3, y: 0.5 }, { x: 0.7, y: 0.5 }],
  crop: [{ x: 0.25, y: 0.25 }, { x: 0.75, y: 0.75 }],
}
const MOST_CORNERS: { readonly [sort in Sort]: number } = { polygons: 50, lines: 2, crop: 2 }

export function isSort(format: unknown): format is Sort {
  return format === 'polygons' || format === 'lines' || format === 'crop'
}

/** What is drawn so far; a row that makes no sense has no corners. */
export function outlinesIn(value: Json | undefined, sort: Sort): Outline[] {
  if (sort === 'crop') {
    const { left = 0, top = 0, right = 1, bottom = 1 } = asObject(value) as { readonly [side: string]: number }
    return value === undefined || value === null ? [] : [{ name: '', corners: [{ x: left, y: top }, { x: right, y: bottom }] }]
  }
  return (Array.isArray(value) ? value : []).map((row) => {
    const { name, polygon, from, to } = asObject(row)
    const corners = sort === 'polygons' ? (Array.isArray(polygon) ? polygon : []) : [from, to]
    return { name: typeof name === 'string' ? name : '', corners: corners.filter(isPoint) }
  })
}

/** The same as the param is written; undefined for nothing. */
export function writtenAs(outlines: readonly Outline[], sort: Sort): Json | undefined {
  if (outlines.length === 0) return undefined
  if (sort === 'crop') {
    const [from, to] = outlines[0]!.corners
    return from && to ? { left: from.x, top: from.y, right: to.x, bottom: to.y } : undefined
  }
  const points = ({ corners }: Outline): Json[] => corners.map(({ x, y }) => ({ x, y }))
  if (sort === 'polygons') return outlines.map((one) => ({ name: one.name, polygon: points(one) }))
  return outlines.map((one) => {
    const [from, to] = points(one)
    return { name: one.name, ...(from ? { from } : {}), ...(to ? { to } : {}) }
  })
}

/** With one more, in the middle; its name is `word` with the first free number. */
export function withOutline(outlines: readonly Outline[], sort: Sort, word: string, corners: readonly Point[] = FRESH[sort]): Outline[] {
  const taken = new Set(outlines.map((one) => one.name))
  let n = 1
  while (taken.has(`${word} ${n}`)) n += 1
  return [...outlines, { name: sort === 'crop' ? '' : `${word} ${n}`, corners }]
}

export function changed(outlines: readonly Outline[], at: number, part: Partial<Outline>): Outline[] {
  return outlines.map((one, i) => (i === at ? { ...one, ...part } : one))
}

/** With a corner moved, inside the picture; a part stays one. */
export function withMoved({ corners }: Outline, sort: Sort, at: number, to: Point): Point[] {
  const next = part(to)
  if (sort !== 'crop') return corners.map((corner, i) => (i === at ? next : corner))
  const [first, last] = corners as readonly [Point, Point]
  return at === 0
    ? [{ x: rounded(Math.min(next.x, last.x - LEAST)), y: rounded(Math.min(next.y, last.y - LEAST)) }, last]
    : [first, { x: rounded(Math.max(next.x, first.x + LEAST)), y: rounded(Math.max(next.y, first.y + LEAST)) }]
}

/** With one more corner, where there is room for one. */
export function withAdded({ corners }: Outline, sort: Sort, added: Point): readonly Point[] {
  if (corners.length >= MOST_CORNERS[sort]) return corners
  const at = placeOf(added, corners)
  return [...corners.slice(0, at), part(added), ...corners.slice(at)]
}

/** In a drawing of this size: from the middle of a line to where "forward" leads, its right as seen along it (nodes/kit/area.py). */
export function forward([from, to]: readonly [Point, Point], long: number): readonly [Point, Point] {
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = Math.hypot(dx, dy) || 1
  return [middle, { x: middle.x - (dy / length) * long, y: middle.y + (dx / length) * long }]
}

/** Where a name stands: over the highest corner. */
export function nameAt(corners: readonly Point[]): Point | null {
  return corners.length ? corners.reduce((best, corner) => (corner.y < best.y ? corner : best)) : null
}

function part({ x, y }: Point): Point {
  return { x: rounded(Math.min(1, Math.max(0, x))), y: rounded(Math.min(1, Math.max(0, y))) }
}

function rounded(value: number): number {
  return Number(value.toFixed(DIGITS))
}

function isPoint(value: Json | undefined): value is { x: number; y: number } {
  const { x, y } = asObject(value)
  return typeof x === 'number' && typeof y === 'number'
}

function asObject(value: Json | undefined): { readonly [key: string]: Json } {
  return value && typeof value === 'object' && !Array.isArray(value) ? value : {}
}

// Corners on earth drawn in a flat box: a plain grid in metres, true enough for yards, halls and towns.
import { placeOf, type Point } from './corners'

export interface Place {
  readonly lat: number
  readonly lon: number
}

/** What the box shows: its middle and how many metres lie across it. */
export interface View {
  readonly middle: Place
  readonly across: number
}

export const BOX = { width: 320, height: 220 }
const METRES_PER_DEGREE = 111_320
const DIGITS = 6
const SMALLEST_ACROSS = 20
const ROOM = 1.6

export function viewOf(places: readonly Place[], room = ROOM): View | null {
  if (places.length === 0) return null
  const [south, north] = ends(places.map((place) => place.lat))
  const [west, east] = ends(places.map((place) => place.lon))
  const middle = { lat: (south + north) / 2, lon: (west + east) / 2 }
  const wide = (east - west) * METRES_PER_DEGREE * shrink(middle.lat)
  const high = (north - south) * METRES_PER_DEGREE
  const across = Math.max(wide, (high * BOX.width) / BOX.height) * room
  return { middle, across: Math.max(across || SMALLEST_ACROSS * 10, SMALLEST_ACROSS) }
}

export function toBox(view: View, place: Place): Point {
  const scale = (BOX.width / view.across) * METRES_PER_DEGREE
  return { x: BOX.width / 2 + (place.lon - view.middle.lon) * scale * shrink(view.middle.lat), y: BOX.height / 2 - (place.lat - view.middle.lat) * scale }
}

export function toPlace(view: View, point: Point): Place {
  const scale = (BOX.width / view.across) * METRES_PER_DEGREE
  return {
    lat: rounded(clamped(view.middle.lat - (point.y - BOX.height / 2) / scale, 90)),
    lon: rounded(clamped(view.middle.lon + (point.x - BOX.width / 2) / (scale * shrink(view.middle.lat)), 180)),
  }
}

/** Of a plan that is tied to the earth, [a, b, c, d, e, f]: the part (x, y) of its picture lies at
 *  longitude a + b x + c y and latitude d + e x + f y. */
export type ToEarth = readonly [number, number, number, number, number, number]

/** The places of a plan's corners, from the top left and around. */
export function planCorners(earth: ToEarth): Place[] {
  return [[0, 0], [1, 0], [1, 1], [0, 1]].map(([x, y]) => placeOn(earth, x!, y!))
}

/** The matrix by which a picture of one by one lies in the box where its plan is. */
export function planMatrix(view: View, earth: ToEarth): string {
  const [start, right, , down] = planCorners(earth).map((place) => toBox(view, place)) as [Point, Point, Point, Point]
  return `matrix(${[right.x - start.x, right.y - start.y, down.x - start.x, down.y - start.y, start.x, start.y].join(' ')})`
}

/** Whether every one of these places is on the plan. */
export function liesOn(earth: ToEarth, places: readonly Place[]): boolean {
  const [a, b, c, d, e, f] = earth
  const size = b * f - c * e
  const onIt = ({ lat, lon }: Place) => [(f * (lon - a) - c * (lat - d)) / size, (b * (lat - d) - e * (lon - a)) / size].every((part) => part >= 0 && part <= 1)
  return size !== 0 && places.every(onIt)
}

/** The view after its ground was pulled by so much of the box. */
export function pulled(view: View, by: Point): View {
  return { ...view, middle: toPlace(view, { x: BOX.width / 2 - by.x, y: BOX.height / 2 - by.y }) }
}

function placeOn([a, b, c, d, e, f]: ToEarth, x: number, y: number): Place {
  return { lon: a + b * x + c * y, lat: d + e * x + f * y }
}

/** A round number of metres between two lines of the grid: 1, 2 or 5 with noughts, about six across. */
export function gridStep(view: View): number {
  const wish = view.across / 6
  const power = 10 ** Math.floor(Math.log10(wish))
  return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= wish) ?? power * 10
}

/** The corners with a new one in the side that it lies nearest to; the first three come in the order they were set. */
export function withCorner(corners: readonly Place[], added: Place): Place[] {
  const flat = ({ lat, lon }: Place): Point => ({ x: lon * shrink(added.lat), y: lat })
  const at = placeOf(flat(added), corners.map(flat))
  return [...corners.slice(0, at), added, ...corners.slice(at)]
}

function shrink(lat: number): number {
  return Math.max(0.01, Math.cos((lat * Math.PI) / 180))
}

function ends(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)]
}

function clamped(value: number, most: number): number {
  return Math.min(most, Math.max(-most, value))
}

function rounded(value: number): number {
  return Number(value.toFixed(DIGITS))
}

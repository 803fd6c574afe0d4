// What a map of a dashboard is drawn on: a plan, tied to the earth or not, or a plain grid in metres around what is known.

const METRES_PER_DEGREE = 111_195
const RATIO = 0.6
const ROOM = 1.3
const LEAST_ACROSS = 50

/** `spot([lon, lat])` is where that is, parts of the picture from the top left; null where the ground cannot say. */
export function planGround(plan) {
  const tied = plan.tied?.to_plan
  const spot = tied ? ([lon, lat]) => [tied[0] + tied[1] * lon + tied[2] * lat, tied[3] + tied[4] * lon + tied[5] * lat] : () => null
  return { plan, ratio: plan.height / plan.width, across: plan.tied?.metres ?? null, spot }
}

/** A grid that shows all of these places, or null where there is none. */
export function gridGround(places) {
  if (places.length === 0) return null
  const [west, east] = ends(places.map(([lon]) => lon)), [south, north] = ends(places.map(([, lat]) => lat))
  const middle = [(west + east) / 2, (south + north) / 2]
  const shrink = Math.max(0.01, Math.cos((middle[1] * Math.PI) / 180))
  const across = Math.max(LEAST_ACROSS, Math.max((east - west) * shrink, (north - south) / RATIO) * METRES_PER_DEGREE * ROOM)
  const spot = ([lon, lat]) => [0.5 + ((lon - middle[0]) * shrink * METRES_PER_DEGREE) / across, 0.5 - ((lat - middle[1]) * METRES_PER_DEGREE) / (across * RATIO)]
  return { plan: null, ratio: RATIO, across, spot }
}

/** A round number of metres between two lines of the grid: 1, 2 or 5 with noughts. */
export function gridStep(across) {
  const wish = across / 8, power = 10 ** Math.floor(Math.log10(wish))
  return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= wish) ?? power * 10
}

export const within = (spot) => spot.every((part) => part >= 0 && part <= 1)

const ends = (values) => [Math.min(...values), Math.max(...values)]

// A chart of the last hour, drawn as SVG: a line for each device, the limits of the flow across.
import { draw, make, say } from '../page.js'
import { HOUR } from './readings.js'

const EDGE = { top: 14, right: 10, bottom: 22, left: 44 }
const COLOURS = 8
const MOST_LINES = 16
const LEAST = 5 * 60_000
/** Before an hour has passed, the chart begins where the values do. */
const GAP = 5 * 60_000
/** A line is not drawn across a longer silence. */

export function chart(box, tile, readings, words) {
  const lines = readings.devicesOf(tile).slice(0, MOST_LINES).map((device, place) => ({ device, place, points: readings.line(device, tile) }))
  const drawn = lines.filter(({ points }) => points.length > 0)
  if (drawn.length === 0) {
    box.replaceChildren(make('p', { class: 'tile-empty muted' }, say('dash_no_hour')))
    return
  }
  const now = readings.now()
  const width = Math.max(220, box.clientWidth || 400)
  const height = Math.max(120, box.clientHeight > 90 ? box.clientHeight - (drawn.length > 1 ? 34 : 0) : 180)
  const scale = scaled(drawn, tile.limits, now, width, height)
  const svg = draw('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', class: 'chart' })
  svg.append(draw('title', {}, `${tile.title}: ${drawn.map(({ device, points }) => `${readings.name(device)} ${words.value(points.at(-1)[1], tile)}`).join(', ')}`))
  svg.append(...axes(scale, width, height, words), ...tile.limits.flatMap((limit) => limitLine(limit, scale, width, tile, words)))
  for (const { points, place } of drawn) svg.append(...path(thinned(points, scale), scale, place % COLOURS))
  box.replaceChildren(svg, ...(drawn.length > 1 ? [legend(drawn, tile, readings, words)] : []))
}

function legend(drawn, tile, readings, words) {
  return make('ul', { class: 'plain chart-legend' }, ...drawn.map(({ device, place, points }) =>
    make('li', {}, make('span', { class: `chart-dot line-${place % COLOURS}` }), `${readings.name(device)} `, make('strong', { class: 'number' }, words.value(points.at(-1)[1], tile)))))
}

function scaled(lines, limits, now, width, height) {
  const values = [...lines.flatMap(({ points }) => points.map(([, value]) => value)), ...limits.map((limit) => limit.value)]
  const low = Math.min(...values), high = Math.max(...values)
  const room = (high - low || Math.abs(high) || 1) * 0.08
  const step = niceStep((high - low + 2 * room) / 4)
  const [bottom, top] = [Math.floor((low - room) / step) * step, Math.ceil((high + room) / step) * step]
  const span = Math.min(HOUR, Math.max(LEAST, now - Math.min(...lines.map(({ points }) => points[0][0]))))
  return {
    now, span, bottom, top, step,
    x: (time) => EDGE.left + (1 - (now - time) / span) * (width - EDGE.left - EDGE.right),
    y: (value) => height - EDGE.bottom - ((value - bottom) / (top - bottom)) * (height - EDGE.top - EDGE.bottom),
  }
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough))
  return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= rough) ?? rough
}

function axes(scale, width, height, words) {
  const parts = []
  for (let at = 0; at <= Math.round((scale.top - scale.bottom) / scale.step); at += 1) {
    const value = scale.bottom + at * scale.step, y = scale.y(value)
    parts.push(draw('line', { x1: EDGE.left, x2: width - EDGE.right, y1: y, y2: y, class: 'chart-grid' }))
    parts.push(draw('text', { x: EDGE.left - 6, y: y + 4, 'text-anchor': 'end', class: 'chart-text' }, words.short(value)))
  }
  const steps = width > 420 ? 4 : 2
  for (let at = 0; at <= steps; at += 1) {
    const time = scale.now - scale.span * (1 - at / steps)
    parts.push(draw('text', { x: scale.x(time), y: height - 5, 'text-anchor': ['start', 'end'][[0, steps].indexOf(at)] ?? 'middle', class: 'chart-text' }, words.clock(time)))
  }
  return parts
}

function limitLine(limit, scale, width, tile, words) {
  const y = scale.y(limit.value)
  return [
    draw('line', { x1: EDGE.left, x2: width - EDGE.right, y1: y, y2: y, class: 'chart-limit' }),
    draw('text', { x: EDGE.left + 4, y: y - 4, class: 'chart-text chart-limit-text' }, `${limit.label} ${words.value(limit.value, tile)}`),
  ]
}

function path(points, scale, colour) {
  let way = '', before = null
  for (const [time, value] of points) {
    way += `${before !== null && time - before <= GAP ? 'L' : 'M'}${scale.x(time).toFixed(1)} ${scale.y(value).toFixed(1)}`
    before = time
  }
  const [time, value] = points.at(-1)
  return [draw('path', { d: way, class: `chart-line line-${colour}` }), draw('circle', { cx: scale.x(time).toFixed(1), cy: scale.y(value).toFixed(1), r: 3, class: `chart-end line-${colour}` })]
}

/** At most the lowest and the highest point of each column of pixels. */
function thinned(points, scale) {
  const columns = new Map()
  for (const point of points) {
    const column = Math.round(scale.x(point[0]))
    const pair = columns.get(column)
    if (!pair) columns.set(column, [point, point])
    else columns.set(column, [point[1] < pair[0][1] ? point : pair[0], point[1] > pair[1][1] ? point : pair[1]])
  }
  return [...columns.values()].flatMap(([low, high]) => (low === high ? [low] : low[0] < high[0] ? [low, high] : [high, low]))
}

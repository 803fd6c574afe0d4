// The tiles of a dashboard as the person sees them. Everything that came from a device or a person is text.
import { ago, exact, lang, lasted, locale, make, say } from '../page.js'
import { chart } from './chart.js'
import { map } from './map.js'
import { pictures } from './pictures.js'

const MOST_ROWS = 12
const number = new Intl.NumberFormat(lang, { maximumSignificantDigits: 4 })
const short = new Intl.NumberFormat(lang, { maximumSignificantDigits: 4, notation: 'compact' })
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' })
/** The worst first. */
const LEVELS = ['over', 'waiting', 'plain', 'calm']
const LOOKS = { over: 'badge badge-bad', waiting: 'badge badge-warn', calm: 'badge badge-good', plain: 'badge badge-accent' }

export const words = {
  short: (value) => short.format(value),
  clock: (time) => clock.format(time),
  value(value, tile) {
    if (typeof value === 'number') return [number.format(value), tile.unit].filter(Boolean).join(' ')
    if (typeof value === 'boolean') return say(value ? 'yes_word' : 'no_word')
    return String(value ?? '–').slice(0, 200)
  },
}

/** Tiles that the flow gives no title. */
export const OWN_TITLES = { alerts: 'dash_alerts', map: 'dash_map' }

export function tileElement(tile) {
  const title = OWN_TITLES[tile.kind] ? say(OWN_TITLES[tile.kind]) : tile.title
  const under = tile.kind === 'chart' ? [tile.under, say('dash_hour')].filter(Boolean).join(' · ') : tile.under
  return make('section', { class: 'card tile', 'data-tile': tile.id, 'data-kind': tile.kind, 'aria-label': title },
    make('header', { class: 'tile-head' }, make('div', { class: 'grow' }, make('h2', { class: 'tile-title' }, title), under ? make('p', { class: 'tiny faint' }, under) : null)),
    make('div', { class: 'tile-body' }))
}

export function fill(element, tile, board, readings) {
  const body = element.querySelector('.tile-body')
  if (tile.kind === 'chart') chart(body, tile, readings, words)
  else if (tile.kind === 'picture') pictures(body, tile, board, readings)
  else if (tile.kind === 'map') map(body, tile, board, readings, (device) => told(device, tile, board, readings))
  else if (tile.kind === 'state') body.replaceChildren(...state(tile, readings))
  else if (tile.kind === 'alerts') body.replaceChildren(...alerts(board.alerts, readings))
  else body.replaceChildren(...values(tile, readings))
  element.classList.toggle('tile-over', tile.kind === 'state' && isOver(tile, readings))
}

const when = (time, readings) => ago(Math.min(time, readings.now()) - readings.skew)
const empty = (text) => make('p', { class: 'tile-empty muted' }, text)

// --- values ----------------------------------------------------------------------------------------------------------

function values(tile, readings) {
  const all = readings.devicesOf(tile)
  const heard = all.filter((device) => readings.last(device, tile))
  const devices = tile.kind === 'figure' ? heard : all  // of what a node sends only the newest comes: silence says nothing
  if (heard.length === 0) return [empty(say('dash_no_value'))]
  if (devices.length === 1) return [single(tile, devices[0], readings)]
  return [list(devices, (device) => valueRow(tile, device, readings))]
}

function single(tile, device, readings) {
  const reading = readings.last(device, tile), stale = readings.stale(reading)
  const [figure, unit] = typeof reading.value === 'number' ? [number.format(reading.value), tile.unit] : [words.value(reading.value, tile), '']
  return make('div', { class: stale ? 'single stale' : 'single' },
    make('div', { class: 'single-value number', 'data-device': device }, figure, unit ? make('span', { class: 'single-unit' }, unit) : null),
    make('div', { class: 'small faint' }, device ? `${readings.name(device)} · ` : '', age(reading, stale, readings)))
}

function valueRow(tile, device, readings) {
  const reading = readings.last(device, tile)
  if (!reading) return make('li', { class: 'tile-row', 'data-device': device }, make('span', { class: 'grow truncate' }, readings.name(device)), make('span', { class: 'small faint' }, say('dash_nothing_yet')))
  const stale = readings.stale(reading)
  return make('li', { class: stale ? 'tile-row stale' : 'tile-row', 'data-device': device },
    make('span', { class: 'grow truncate' }, readings.name(device) || tile.title),
    make('strong', { class: 'row-value number' }, words.value(reading.value, tile)), age(reading, stale, readings))
}

function age(reading, stale, readings) {
  return make('span', { class: stale ? 'age tiny warn' : 'age tiny faint', title: stale ? say('dash_old') : null }, when(reading.time, readings))
}

function list(devices, row) {
  const more = devices.length - MOST_ROWS
  return make('ul', { class: 'plain tile-rows' }, ...devices.slice(0, MOST_ROWS).map(row), more > 0 ? make('li', { class: 'small muted' }, say('dash_more', number.format(more))) : null)
}

// --- states ----------------------------------------------------------------------------------------------------------

const capital = (text) => text.charAt(0).toLocaleUpperCase(lang) + text.slice(1)

function placeOf(tile, word) {
  const place = tile.places.find((one) => one.word === word)
  if (word === 'waiting' && !place) return { level: 'waiting', label: say('dash_waiting') }
  if (!place) return { level: 'plain', label: word }
  if (word === 'entered') return { ...place, label: say('dash_entered') }
  return place.level === 'calm' ? { ...place, label: say('dash_ok') } : { ...place, label: capital(place.label) }
}

function isOver(tile, readings) {
  return readings.standings.get(tile.node)?.counts.some(({ word, count }) => count > 0 && placeOf(tile, word).level === 'over') ?? false
}

function state(tile, readings) {
  const standing = readings.standings.get(tile.node)
  if (!standing) return [empty(say('dash_no_state'))]
  const known = [...standing.words.keys()]
  const devices = [...known, ...tile.devices.map(([id]) => id).filter((id) => !standing.words.has(id))]
  const counted = new Map()
  for (const { word, count } of standing.counts) {
    const place = placeOf(tile, word), key = `${place.level}\n${place.label}`
    counted.set(key, { place, count: (counted.get(key)?.count ?? 0) + count })
  }
  const totals = [...counted.values()].sort((a, b) => LEVELS.indexOf(a.place.level) - LEVELS.indexOf(b.place.level))
  const sorted = devices.toSorted((a, b) => rank(tile, standing, a) - rank(tile, standing, b))
  const summary = devices.length > 1 ? [make('div', { class: 'row state-sum' }, ...totals.map(({ place, count }) => make('span', { class: LOOKS[place.level] }, `${place.label} ${number.format(count)}`)))] : []
  return [...summary, list(sorted, (device) => stateRow(tile, standing, device, readings))]
}

function rank(tile, standing, device) {
  const word = standing.words.get(device)
  return word === undefined ? LEVELS.length : LEVELS.indexOf(placeOf(tile, word).level)
}

function stateRow(tile, standing, device, readings) {
  const word = standing.words.get(device)
  const place = word === undefined ? null : placeOf(tile, word)
  const since = readings.since.get(`${tile.node}\n${device}`)
  return make('li', { class: 'tile-row', 'data-device': device, 'data-level': place?.level ?? 'none' },
    make('span', { class: 'grow truncate' }, device ? readings.name(device) : say('dash_all')),
    place && since ? make('time', { class: 'age tiny faint', title: say('dash_since', exact.format(since)), datetime: new Date(since).toISOString() }, say('dash_for', lasted(readings.now() - since))) : null,
    place ? make('span', { class: LOOKS[place.level] }, place.label) : make('span', { class: 'small faint' }, say('dash_nothing_yet')))
}

// --- on the map ------------------------------------------------------------------------------------------------------

/** Of one device: the worst of its states, its first value, and where it says it is. */
function told(device, tile, board, readings) {
  const places = board.tiles.filter((one) => one.kind === 'state').map((one) => [one, readings.standings.get(one.node)?.words.get(device)])
    .filter(([, word]) => word !== undefined).map(([one, word]) => placeOf(one, word))
  const worst = LEVELS.map((level) => places.find((place) => place.level === level)).find(Boolean)
  const valued = board.tiles.find((one) => one.kind === 'value' && one.devices.some(([id]) => id === device) && readings.last(device, one))
  const reading = valued ? readings.last(device, valued) : null
  const field = tile.locations.find((name) => readings.last(device, { field: name }))
  const location = field ? readings.last(device, { field }) : null
  return {
    level: worst?.level ?? 'none', word: worst?.label ?? null, text: reading ? words.value(reading.value, valued) : null,
    time: (reading ?? location)?.time ?? null, stale: (reading ?? location) ? readings.stale(reading ?? location) : false,
    location: isPlace(location?.value) ? { value: [location.value.lon, location.value.lat] } : null,
  }
}

const isPlace = (value) => typeof value?.lat === 'number' && typeof value?.lon === 'number'

// --- alerts ----------------------------------------------------------------------------------------------------------

function alerts(rows, readings) {
  if (rows.length === 0) return [empty(say('dash_no_alerts'))]
  return [make('ul', { class: 'plain tile-rows alerts' }, ...rows.map((row) => make('li', { class: 'alert', 'data-acked': String(row.acked) },
    make('span', { class: `alert-mark ${row.acked === false ? 'bad' : 'faint'}` }, '●'),
    make('div', { class: 'grow' }, make('div', { class: 'alert-text' }, row.text || row.title),
      make('div', { class: 'tiny faint' }, [row.device ? readings.name(row.device) : null, when(row.time, readings), row.sent === false ? say('dash_not_sent') : null].filter(Boolean).join(' · '))),
    row.acked === null ? null : make('span', { class: row.acked ? 'badge' : 'badge badge-warn' }, say(row.acked ? 'acknowledged' : 'dash_open')))))]
}

// The map of a dashboard: each device where it says it is, or where a person has put it, with its state, value and age.
import { ago, call, complain, draw, exact, make, Saving, say } from '../page.js'
import { movable, stand } from '../placing.js'
import { gridGround, gridStep, planGround, within } from './ground.js'

const WIDE = 1000
const SAVE_AFTER = 400
const MARKS = { over: '!', waiting: '…' }
const CROWDED = 25
/** From so many devices on, names and ages show only on those that a person points at. */

const maps = new WeakMap()

/** Draw into `body`, keeping what is there so that a device in the hand stays there. `told` says state and value of a device. */
export function map(body, tile, board, readings, told) {
  const shown = maps.get(body) ?? new SiteMap(body)
  maps.set(body, shown)
  shown.show(tile, board, readings, told)
}

class SiteMap {
  constructor(body) {
    this.box = make('div', { class: 'map' })
    this.tray = make('div', { class: 'map-tray' })
    this.markers = new Map()
    this.ground = null
    this.drawn = null
    this.saving = new Saving(SAVE_AFTER, () => this.save())
    this.sending = 0
    this.sent = Promise.resolve()
    this.places = {}
    body.replaceChildren(this.box, this.tray)
  }

  show(tile, board, readings, told) {
    Object.assign(this, { tile, board, readings, told })
    if (!this.saving.waits && !this.sending) this.places = { ...board.plan?.places }
    this.findGround()
    const there = tile.devices.map(([id]) => [id, this.where(id)])
    this.box.classList.toggle('map-crowded', tile.devices.length > CROWDED)
    for (const [id, at] of there) this.mark(id, at)
    for (const [id, marker] of this.markers) if (!there.some(([known, at]) => known === id && at)) { marker.remove(); this.markers.delete(id) }
    this.listUnplaced(there.filter(([, at]) => at === null).map(([id]) => id))
  }

  // --- the ground --------------------------------------------------------------------------------------------------

  findGround() {
    const { plan } = this.board, zones = this.tile.zones
    const key = JSON.stringify([plan?.picture, plan?.tied, zones])
    const known = plan ? [] : [...zones.flatMap((zone) => zone.corners), ...this.tile.devices.map(([id]) => this.told(id).location?.value).filter(Boolean)]
    const fits = this.ground?.plan || known.every((place) => within(this.ground?.spot(place) ?? [2, 2]))
    if (key === this.drawn && fits) return
    this.drawn = key
    this.ground = plan ? planGround(plan) : gridGround(known)
    const height = WIDE * (this.ground?.ratio ?? 0.6)
    this.box.style.aspectRatio = `${WIDE} / ${height}`
    this.box.style.maxWidth = `calc(70vh / ${height / WIDE})`
    const picture = plan ? make('img', { class: 'map-plan', src: plan.picture, alt: plan.name, draggable: 'false' }) : null
    const over = draw('svg', { class: 'map-zones', viewBox: `0 0 ${WIDE} ${height}`, 'aria-hidden': 'true' })
    if (!plan && this.ground) over.append(...gridLines(this.ground, height))
    const drawn = zones.map((zone) => this.zone(zone, height)).filter(Boolean)
    over.append(...drawn.map(([shape]) => shape))
    this.box.querySelectorAll('.map-plan, .map-zones, .map-zone-name').forEach((old) => old.remove())
    this.box.prepend(...[picture, over, ...drawn.map(([, name]) => name)].filter(Boolean))
  }

  zone({ name, corners }, height) {
    const spots = corners.map((corner) => this.ground?.spot(corner))
    if (spots.some((spot) => !spot)) return null
    const [west, north] = [0, 1].map((axis) => Math.min(0.9, Math.max(0, Math.min(...spots.map((spot) => spot[axis])))))
    const label = make('span', { class: 'map-zone-name' }, name)
    stand(label, [west, north])
    return [draw('polygon', { points: spots.map(([x, y]) => `${x * WIDE},${y * height}`).join(' '), class: 'map-zone' }), label]
  }

  // --- the devices -------------------------------------------------------------------------------------------------

  /** {spot, own} : `own` where the device says itself where it is; null where nobody knows. */
  where(id) {
    const location = this.told(id).location
    const spot = location ? this.ground?.spot(location.value) : null
    if (spot) return { spot: spot.map((part) => Math.min(1, Math.max(0, part))), own: true, outside: !within(spot) }
    const placed = this.board.plan ? this.places[id] : null
    return placed ? { spot: placed, own: false, outside: false } : null
  }

  mark(id, at) {
    if (!at) return
    let marker = this.markers.get(id)
    if (!marker) {
      marker = this.marker(id)
      this.markers.set(id, marker)
      this.box.append(marker)
    }
    const { level, word, text, time, stale } = this.told(id)
    const name = this.readings.name(id), age = time ? ago(Math.min(time, this.readings.now()) - this.readings.skew) : ''
    stand(marker, at.spot)
    marker.dataset.level = level
    marker.dataset.own = String(at.own)
    marker.classList.toggle('stale', stale)
    marker.classList.toggle('map-left', at.spot[0] > 0.7)
    marker.classList.toggle('map-outside', at.outside)
    marker.title = [name, word, text, time ? exact.format(time) : null, at.outside ? say('map_outside') : null].filter(Boolean).join('\n')
    marker.setAttribute('aria-label', [name, word, text, age].filter(Boolean).join(', '))
    marker.querySelector('.map-dot').textContent = MARKS[level] ?? ''
    marker.querySelector('.map-name').textContent = name
    marker.querySelector('.map-value').textContent = text ?? ''
    marker.querySelector('.map-age').textContent = age
  }

  marker(id) {
    const marker = make('button', { type: 'button', class: 'map-device', 'data-device': id },
      make('span', { class: 'map-dot' }), make('span', { class: 'map-said' }, make('span', { class: 'map-name' }), make('span', { class: 'map-value number' }), make('span', { class: 'map-age' })))
    const put = (spot) => { this.put(id, spot); marker.focus() }
    const may = () => this.board.may_change && document.body.classList.contains('arranging') && marker.dataset.own === 'false'
    movable(marker, this.box, { may, where: () => this.places[id] ?? [0.5, 0.5], put, gone: () => this.put(id, null) })
    return marker
  }

  put(id, spot) {
    if (spot) this.places[id] = spot
    else delete this.places[id]
    this.saving.soon()
    this.show(this.tile, this.board, this.readings, this.told)
  }

  async save() {
    const places = { ...this.places }
    this.sending += 1
    this.sent = this.sent.then(() => call('PUT', `${this.board.source}/places`, { plan: this.board.plan.id, places })).catch(complain)
    await this.sent
    this.sending -= 1
    this.board.told += 1
    if (this.saving.waits || this.sending) return // moved on meanwhile: that is kept in its turn
    Object.assign(this.board.plan, { places })
  }

  /** Those that have no place yet: a press puts one in the middle, from where it is moved. */
  listUnplaced(ids) {
    const key = `${this.board.plan?.id} ${ids.join('\n')}`
    if (this.tray.dataset.key === key) return
    this.tray.dataset.key = key
    const add = (id) => { this.put(id, [0.5, 0.5]); this.markers.get(id)?.focus() }
    const chip = (id) => make('button', { type: 'button', class: 'btn btn-small', 'data-place': id, onclick: () => add(id) }, `+ ${this.readings.name(id)}`)
    const hand = this.board.plan && this.board.may_change ? [make('span', { class: 'map-hand row' }, make('span', { class: 'small muted' }, say('map_place')), ...ids.map(chip))] : []
    const text = this.board.plan ? say('map_unplaced', ids.length) : say('map_nowhere', ids.length)
    this.tray.replaceChildren(...(ids.length > 0 ? [make('span', { class: 'small faint map-count' }, text), ...hand] : []))
  }
}

function gridLines(ground, height) {
  const metres = gridStep(ground.across), step = (metres / ground.across) * WIDE
  const lines = []
  for (let x = step / 2; x < WIDE; x += step) lines.push(draw('line', { x1: x, x2: x, y1: 0, y2: height, class: 'map-line' }))
  for (let y = step / 2; y < height; y += step) lines.push(draw('line', { x1: 0, x2: WIDE, y1: y, y2: y, class: 'map-line' }))
  const label = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`
  return [...lines, draw('path', { d: `M16 ${height - 14}h${step}`, class: 'map-scale' }), draw('text', { x: 16, y: height - 22, class: 'map-scale-text' }, label)]
}

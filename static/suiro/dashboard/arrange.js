// Arranging a dashboard by hand: drag or arrow keys, narrow or wide, hidden or shown. The server keeps it for all.
import { call, complain, draw, make, Saving, say } from '../page.js'
import { OWN_TITLES } from './tiles.js'

const WIDE_ONES = ['chart', 'map']
const SIZES = ['small', 'usual', 'wide']
const GRIP = [[9, 6], [15, 6], [9, 12], [15, 12], [9, 18], [15, 18]]

export class Arrangement {
  constructor(board, grid, redraw) {
    this.board = board
    this.sent = Promise.resolve()
    this.source = board.source
    this.grid = grid
    this.redraw = redraw
    this.automatic = board.tiles.map((tile) => tile.id)
    this.titles = new Map(board.tiles.map((tile) => [tile.id, nameOf(tile)]))
    this.wideOnes = board.tiles.filter((tile) => WIDE_ONES.includes(tile.kind)).map((tile) => tile.id)
    this.take(board.arrangement)
    this.saving = new Saving(300, () => this.save())
    this.carrying = false
  }

  take(kept) {
    const known = (kept?.order ?? []).filter((id) => this.automatic.includes(id))
    this.order = [...known, ...this.automatic.filter((id) => !known.includes(id))]
    this.hidden = new Set(kept?.hidden ?? [])
    this.wide = new Set(kept ? [...kept.wide, ...this.wideOnes.filter((id) => !known.includes(id))] : this.wideOnes)
    this.small = new Set(kept?.small ?? [])
  }

  /** Put the tiles of the page in this order and size. A tile in the hand stays where it is in the document, or the
   *  browser would let go of it; it only looks as if it moved. */
  apply() {
    for (const [place, id] of this.order.entries()) {
      const tile = this.tile(id)
      if (!tile) continue
      tile.hidden = this.hidden.has(id)
      tile.dataset.size = this.sizeOf(id)
      tile.style.order = String(place)
      if (!this.carrying) this.grid.append(tile)
    }
  }

  tile(id) { return this.grid.querySelector(`[data-tile="${CSS.escape(id)}"]`) }

  sizeOf(id) { return this.wide.has(id) ? 'wide' : this.small.has(id) ? 'small' : 'usual' }

  shown() { return this.order.filter((id) => !this.hidden.has(id)) }

  move(id, place) {
    const rest = this.order.filter((other) => other !== id)
    const shown = rest.filter((other) => !this.hidden.has(other))
    const before = shown[Math.max(0, place)]
    rest.splice(before === undefined ? rest.length : rest.indexOf(before), 0, id)
    this.order = rest
    this.changed()
  }

  resize(id) {
    const size = SIZES[(SIZES.indexOf(this.sizeOf(id)) + 1) % SIZES.length]
    this.wide.delete(id)
    this.small.delete(id)
    if (size !== 'usual') this[size].add(id)
    this.changed()
  }

  hide(id, hidden) {
    if (hidden) this.hidden.add(id)
    else this.hidden.delete(id)
    this.changed()
  }

  changed() {
    this.apply()
    this.redraw()
    this.saving.soon()
  }

  save() {
    const known = (set) => [...set].filter((id) => this.automatic.includes(id))
    const body = { order: this.order, hidden: known(this.hidden), wide: known(this.wide), small: known(this.small) }
    return this.send('PUT', body)
  }

  /** One after the other: what is arranged last is what is kept. */
  async send(method, body) {
    this.sent = this.sent.then(() => call(method, this.source, body)).catch(complain)
    await this.sent
    this.board.told += 1
  }

  async reset() {
    this.saving.drop()
    await this.send('DELETE')
    this.take(null)
    this.apply()
    this.redraw()
  }
}

/** As a person calls a tile: the value and the chart of a field have the same title. */
function nameOf(tile) {
  if (OWN_TITLES[tile.kind]) return say(OWN_TITLES[tile.kind])
  return tile.kind === 'chart' ? `${tile.title} · ${say('dash_hour')}` : tile.title
}

/** The handles of one tile, shown while a person arranges. */
export function handles(element, arrangement) {
  const id = element.dataset.tile
  const name = arrangement.titles.get(id)
  const grip = make('button', { type: 'button', class: 'btn btn-quiet btn-icon btn-small grip', title: say('dash_move'), 'aria-label': `${say('dash_move')}: ${name}`, onkeydown: (event) => byKey(event, id, arrangement) }, dots())
  grip.addEventListener('pointerdown', (event) => byHand(event, element, arrangement))
  const hide = () => { arrangement.hide(id, true); document.getElementById('hidden-tiles').querySelector('button')?.focus() }
  element.querySelector('.tile-head').append(make('div', { class: 'tile-do' },
    make('button', { type: 'button', class: 'btn btn-quiet btn-small', 'aria-label': `${say('dash_size')}: ${name}`, onclick: () => arrangement.resize(id) }, say('dash_size')),
    make('button', { type: 'button', class: 'btn btn-quiet btn-small', 'aria-label': `${say('dash_hide')}: ${name}`, onclick: hide }, say('dash_hide')), grip))
}

function dots() {
  return draw('svg', { viewBox: '0 0 24 24', width: 16, height: 16, fill: 'currentColor', 'aria-hidden': true }, ...GRIP.map(([cx, cy]) => draw('circle', { cx, cy, r: 2 })))
}

function byKey(event, id, arrangement) {
  const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key]
  if (!step) return
  event.preventDefault()
  arrangement.move(id, arrangement.shown().indexOf(id) + step)
  event.currentTarget.focus()
}

function byHand(event, element, arrangement) {
  if (event.button !== 0) return
  event.preventDefault()
  const grip = event.currentTarget, id = element.dataset.tile
  grip.setPointerCapture(event.pointerId)
  element.classList.add('tile-carried')
  arrangement.carrying = true
  const over = (at) => {
    element.style.pointerEvents = 'none'
    const target = document.elementFromPoint(at.clientX, at.clientY)?.closest('.tile')
    element.style.pointerEvents = ''
    if (!target || target === element || target.parentElement !== arrangement.grid) return
    const place = arrangement.shown().indexOf(target.dataset.tile)
    if (place >= 0 && place !== arrangement.shown().indexOf(id)) arrangement.move(id, place)
  }
  const end = () => {
    element.classList.remove('tile-carried')
    grip.removeEventListener('pointermove', over)
    arrangement.carrying = false
    arrangement.apply()
    grip.focus()
  }
  grip.addEventListener('pointermove', over)
  grip.addEventListener('lostpointercapture', end, { once: true })
}

// The page of a dashboard: what it was given, what comes live, and what is drawn again when.
import { call, complain, listen, make, pageData as board, say, watch } from '../page.js'
import { Arrangement, handles } from './arrange.js'
import { Readings } from './readings.js'
import { sharing } from './share.js'
import { fill, tileElement } from './tiles.js'
import { wall } from './wall.js'

const EVERY = 1000
const AGAIN = 3000
const STATUS = { running: 'badge badge-good', starting: 'badge badge-accent', failed: 'badge badge-bad', rolled_back: 'badge badge-warn' }
const RUNS = ['running', 'rolled_back']
const WORDS = { failed: 'failed_status' }

const grid = document.getElementById('board')
const readings = new Readings(board)
let tiles, arrangement
let connected = false, away = false, dirty = true, ended = false

/** The tiles of the flow as it is now. Never by loading the page anew: a wall display would leave its full screen. */
function build() {
  tiles = new Map(board.tiles.map((tile) => [tile.id, tile]))
  readings.expect(board.tiles)
  grid.replaceChildren(...board.tiles.map(tileElement))
  arrangement = new Arrangement(board, grid, () => { dirty = true; showHidden(); requestAnimationFrame(draw) })
  arrangement.apply()
  if (board.may_change) for (const element of [...grid.children]) handles(element, arrangement)
  document.getElementById('no-tiles').hidden = board.tiles.length > 0
}

function draw() {
  if (document.hidden || ended) return
  for (const element of grid.children) if (!element.hidden) fill(element, tiles.get(element.dataset.tile), board, readings)
  dirty = false
}

setInterval(draw, 5 * EVERY)  // ages grow without news
setInterval(() => { if (dirty) draw() }, EVERY)
new ResizeObserver(() => requestAnimationFrame(draw)).observe(grid)
document.addEventListener('visibilitychange', draw)

// --- what is known of the flow and its worker ------------------------------------------------------------------------

function tellStatus() {
  if (ended) return
  const badge = document.getElementById('flow-status')
  badge.className = STATUS[board.status] ?? 'badge'
  badge.dataset.status = board.status
  badge.replaceChildren(make('span', { class: board.status === 'running' ? 'dot dot-live' : 'dot' }), say(WORDS[board.status] ?? board.status))
  const trouble = away ? 'dash_away' : board.version === null ? 'dash_draft' : !board.worker.connected ? 'dash_no_worker' : [...RUNS, 'starting'].includes(board.status) ? null : 'dash_stopped'
  const callout = document.getElementById('trouble')
  callout.hidden = trouble === null
  callout.dataset.trouble = trouble ?? ''
  callout.querySelector('.trouble-text').textContent = trouble ? say(trouble) : ''
  grid.classList.toggle('board-old', trouble !== null && trouble !== 'dash_draft')
}

function workerIs(there) {
  if (board.worker.connected && !there) readings.lost()
  if (!board.worker.connected && there && connected) watch(board.flow)
  board.worker.connected = there
  tellStatus()
  dirty = true
}

/** How much was told live of the flow and its worker, or changed by hand: an answer that was asked for before may be older. */
board.told = 0
let reading = false, more = false

/** One question at a time, so that an older answer never comes after a newer one. */
async function again() {
  if (reading) { more = true; return }
  reading = true
  more = false
  await readAgain()
  reading = false
  if (more) again()
}

async function readAgain() {
  if (ended) return
  const before = board.told
  let fresh
  try { fresh = await call('GET', board.source) } catch (failure) { if (failure.status === 404) over(); return }
  if (ended) return
  if (board.told !== before) return readAgain()
  const other = JSON.stringify(fresh.tiles) !== JSON.stringify(board.tiles)
  const { worker, ...rest } = fresh
  Object.assign(board, rest)
  if (other) build()
  readings.begin({ ...fresh, history: {} })
  workerIs(worker.connected)
  draw()
}

let asked = null
/** What a firing became is known a little later than the firing. */
const soon = () => {
  if (asked) return
  asked = setTimeout(() => { asked = null; again(); setTimeout(again, AGAIN) }, 300)
}

function over() {
  ended = true
  document.body.replaceChildren(make('main', { class: 'shared-over' }, make('h1', {}, say('dash_link_over')), make('p', { class: 'muted' }, say('dash_link_over_text'))))
}

listen('values', (message) => { readings.devices(message.devices); dirty = true })
listen('picture', ({ device, field, time, mark }) => {
  board.pictures = { ...board.pictures, [device]: { ...board.pictures?.[device], [field]: { time, mark } } }
  dirty = true
})
listen('taps', (message) => { if (!message.flow || message.flow === board.flow) { readings.taps(message.edges, message.nodes); dirty = true } })
listen('fired', (message) => { if (!message.flow || message.flow === board.flow) soon() })
listen('acked', soon)
listen('board', (message) => { if (!message.flow || message.flow === board.flow) soon() })
listen('worker', (message) => { if (message.id === board.worker.id) { board.told += 1; workerIs(message.connected) } })
listen('flow', (message) => {
  if (message.flow !== board.flow || !message.status) return
  board.told += 1
  if (message.status === 'deleted') return board.may_change ? location.assign('/flows/') : over()
  if (message.version && message.version !== board.version) soon()
  if (board.status !== 'running' && message.status === 'running') watch(board.flow)
  if (!RUNS.includes(message.status)) readings.lost()
  board.status = message.status
  tellStatus()
  dirty = true
})
listen('connected', () => { soon(); connected = true; away = false; tellStatus() })
listen('lost', () => { if (connected) { away = true; tellStatus(); setTimeout(() => { if (away) again() }, AGAIN) } })
listen('over', over)
if (board.may_change) watch(board.flow)

// --- what a person does ----------------------------------------------------------------------------------------------

function showHidden() {
  const box = document.getElementById('hidden-tiles')
  if (!box) return
  const hidden = arrangement.order.filter((id) => arrangement.hidden.has(id))
  box.replaceChildren(...(hidden.length ? [make('span', { class: 'muted small' }, say('dash_hidden'))] : []),
    ...hidden.map((id) => make('button', { type: 'button', class: 'btn btn-small', 'data-show': id, onclick: () => arrangement.hide(id, false) }, `+ ${arrangement.titles.get(id)}`)))
}

function arrange(button) {
  button.addEventListener('click', () => {
    const on = document.body.classList.toggle('arranging')
    button.setAttribute('aria-pressed', String(on))
    document.getElementById('arrange-bar').hidden = !on
    showHidden()
  })
  const beneath = document.getElementById('beneath')
  beneath.append(...board.plans.map((plan) => make('option', { value: plan.id }, plan.name)))
  beneath.value = board.plan?.id ?? ''
  beneath.addEventListener('change', () => call('PUT', `${board.source}/plan`, { plan: beneath.value || null }).then(again, complain))
  document.getElementById('reset').addEventListener('click', () => arrangement.reset())
}

build()
wall(() => requestAnimationFrame(draw))
if (board.may_change) {
  arrange(document.getElementById('arrange'))
  sharing(board)
}
tellStatus()
draw()

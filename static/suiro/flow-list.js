// What the list of flows shows besides names: firings of the last day as a line of bars, what failed, what waits; search
// and order where there are many.
import { call, draw, lang, locale, listen, make, onlyNewest, put, say } from './page.js'
import { deviceSnoozes, openSnooze, readSnoozes, snoozeBadge, snoozesOf } from './snoozing.js'

const list = document.getElementById('flows')
const HOUR = 3_600_000
const clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' })
const number = new Intl.NumberFormat(lang)
const nobody = { hours: Array(24).fill(0), failed: 0, letters: 0, waiting: 0 }
let known = { until: 0, flows: {} }

const asks = onlyNewest()

/** The newest question counts, whatever is answered last. */
async function renew() {
  const counts = asks()
  const found = await call('GET', '/api/flows/activity')
  if (!counts()) return
  known = found
  for (const row of list.querySelectorAll('.flow-row')) show(row)
}

function show(row) {
  const about = known.flows[row.dataset.flow] ?? nobody
  const total = about.hours.reduce((sum, count) => sum + count, 0)
  row.dataset.firings = total
  const spark = row.querySelector('.spark')
  spark.replaceChildren(bars(about.hours))
  spark.setAttribute('aria-label', say('firings_day', number.format(total)))
  row.querySelector('.spark-total').textContent = total ? number.format(total) : ''
  put(row.querySelector('.flow-marks'), ...marks(row.dataset.flow, about))
}

/** Twenty-four bars; the highest is the busiest hour, and an hour with one firing can still be seen. */
function bars(hours) {
  const most = Math.max(1, ...hours)
  return draw('svg', { viewBox: '0 0 96 24', preserveAspectRatio: 'none' }, ...hours.map((count, index) => {
    const height = count ? Math.max(3, (22 * count) / most) : 1
    const from = known.until - (hours.length - index) * HOUR
    const title = draw('title', {}, say('firings_hour', clock.format(from), clock.format(from + HOUR), number.format(count)))
    return draw('rect', { x: index * 4 + 0.5, y: 24 - height, width: 3, height, class: count ? 'spark-bar' : 'spark-none' }, title)
  }))
}

function marks(flow, about) {
  const mark = (look, href, text) => make('a', { class: `badge ${look}`, href }, text)
  return [
    ...snoozesOf('flow', flow).map((one) => snoozeBadge(one)),
    about.waiting ? mark('badge-warn', '/inbox/', say('waits_for_you', number.format(about.waiting))) : null,
    about.letters ? mark('badge-bad', `/letters/?flow=${flow}`, say('dead_letters', number.format(about.letters))) : null,
    about.failed && !about.letters ? make('span', { class: 'badge badge-bad' }, say('failed_firings', number.format(about.failed))) : null,
  ].filter(Boolean)
}

list.addEventListener('click', (event) => {
  const row = event.target.closest('.snooze')?.closest('.flow-row')
  if (row) openSnooze({ flow: row.dataset.flow }, row.querySelector('.flow-name').textContent)
})

// --- search and order --------------------------------------------------------------------------------------------------

const search = document.getElementById('flow-search')
const order = document.getElementById('flow-order')
const URGENT = ['failed', 'rolled_back', 'starting', 'running', 'stopped', 'draft']
const name = (row) => row.querySelector('.flow-name').textContent
const ms = (row, place) => Number(row.querySelector(place)?.dataset.ms ?? 0)
const ORDERS = {
  changed: (one, other) => ms(other, '.changed') - ms(one, '.changed'),
  name: (one, other) => name(one).localeCompare(name(other), lang, { numeric: true }),
  fired: (one, other) => ms(other, '.fired') - ms(one, '.fired'),
  busy: (one, other) => Number(other.dataset.firings) - Number(one.dataset.firings),
  state: (one, other) => URGENT.indexOf(one.dataset.status) - URGENT.indexOf(other.dataset.status),
}

function find() {
  const wanted = search.value.trim().toLocaleLowerCase(lang)
  let shown = 0
  for (const row of list.querySelectorAll('.flow-row')) {
    row.hidden = !name(row).toLocaleLowerCase(lang).includes(wanted)
    shown += row.hidden ? 0 : 1
  }
  document.getElementById('flow-none').hidden = shown > 0
}

search.addEventListener('input', find)
order.addEventListener('change', () => list.append(...[...list.querySelectorAll('.flow-row')].sort(ORDERS[order.value])))

// --- live --------------------------------------------------------------------------------------------------------------

const soon = () => renew().catch(() => undefined)
let due = null
/** At most one look in two seconds, however much fires. */
function later() { due ??= setTimeout(() => { due = null; soon() }, 2000) }

for (const what of ['connected', 'fired', 'approval', 'letters']) listen(what, later)
setInterval(() => { if (!document.hidden) soon() }, 60_000)
soon()
readSnoozes(() => {
  put(document.getElementById('device-snoozes'), ...deviceSnoozes().map((one) => snoozeBadge(one, one.device_name)))
  for (const row of list.querySelectorAll('.flow-row')) show(row)
})

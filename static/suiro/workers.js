// Workers, live: connection, broker, and what became of the events of each flow.
import { call, complain, lang, listen, make, pageData, put, question, say } from './page.js'

const FATES = ['received', 'delivered', 'kept', 'filtered', 'late', 'dropped', 'dead']
const ENDS = ['created', 'sent', 'pending', 'expired', 'dropped', 'dead']
const STATES = { closed: 'badge badge-good', open: 'badge badge-bad', half_open: 'badge badge-warn' }
const number = new Intl.NumberFormat(lang)
const names = pageData.flows ?? {}

function show(worker) {
  const card = document.querySelector(`[data-worker="${CSS.escape(worker.id)}"]`)
  if (!card) return
  const state = worker.connected ? ['badge badge-good', 'dot dot-live', 'connected'] : ['badge badge-bad', 'dot', 'not_connected']
  put(card.querySelector('.worker-state'), make('span', { class: state[0] }, make('span', { class: state[1] }), say(state[2])))
  const broker = worker.broker ?? {}
  const heard = !worker.connected ? ['muted', 'not_known'] : broker.connected ? ['good', 'connected'] : ['bad', 'not_connected']
  put(card.querySelector('.worker-broker'), make('span', { class: heard[0] }, say(heard[1])), ' ',
    make('span', { class: 'mono small' }, broker.url ?? ''), ' ', make('span', { class: 'small muted' }, worker.connected && broker.detail || ''),
    worker.connected && broker.connected && broker.window ? make('div', { class: 'small', 'data-window': broker.window }, say('window_limits', number.format(broker.window))) : '',
    broker.code ? connectAgain(worker) : '')
  const flows = Object.entries(worker.flows ?? {})
  fill(card, '.worker-flows', FATES.length + 2, flows.flatMap(([id, counts]) => Object.entries(counts.sources ?? {}).map(([node, fates], place) =>
    make('tr', { 'data-flow': id, 'data-source': node }, make('td', {}, place ? '' : flowLink(id)), make('td', { class: 'mono small' }, node), ...numbers(id, fates, FATES)))))
  fill(card, '.worker-effects', ENDS.length + 1, flows.map(([id, counts]) =>
    make('tr', { 'data-flow': id }, make('td', {}, flowLink(id)), ...numbers(id, counts.effects, ENDS))))
  const queues = [
    ...(worker.destinations ?? []).map((way) => queue({ 'data-destination': way.id }, pageData.destinations?.[way.id] ?? way.id, way)),
    ...(worker.commands?.waiting === undefined ? [] : [queue({ 'data-commands': '' }, say('commands_to_devices'), worker.commands)]),
    ...(worker.asks ?? []).map((ask) => queue({ 'data-ask': ask.id }, say('questions_to', ask.id), ask))]
  card.querySelector('.worker-ways').hidden = queues.length === 0
  put(card.querySelector('.worker-destinations'), ...queues)
}

/** A worker that has left its broker session to somebody else connects again when a person says so. */
const connectAgain = (worker) => make('button', { type: 'button', class: 'btn btn-small', onclick: () => call('POST', `/api/workers/${worker.id}/connect`).catch(complain) }, say('connect_again'))

/** What waits for a destination, for devices or for a model. */
const queue = (about, name, way) => make('tr', about, make('td', {}, name),
  make('td', {}, way.state ? make('span', { class: STATES[way.state] ?? 'badge' }, say(`state_${way.state}`)) : null,
    way.retry_in > 0 ? make('span', { class: 'small muted' }, ` ${say('next_try', number.format(Math.ceil(way.retry_in)))}`) : null),
  waiting('memory', way.waiting, way.bytes), waiting('disk', way.on_disk, way.disk_bytes))

const waiting = (place, count, size) => make('td', { class: 'number', 'data-in': place }, number.format(count ?? 0),
  size > 0 ? make('div', { class: 'small muted' }, bytes(size)) : null)
const tenths = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 })
const bytes = (size) => size < 1e6 ? `${tenths.format(size / 1e3)} kB` : `${tenths.format(size / 1e6)} MB`

function fill(card, place, width, rows) {
  put(card.querySelector(place), ...(rows.length ? rows : [make('tr', {}, make('td', { colspan: width, class: 'muted' }, say('no_flows')))]))
}

const flowLink = (id) => make('a', { href: `/flows/${id}/` }, names[id] ?? id)

/** One cell a fate; dead letters lead to their list, and what was dropped says why. */
function numbers(id, fates, wanted) {
  return wanted.map((fate) => {
    const count = number.format(fates?.[fate] ?? 0)
    const leads = fate === 'dead' && fates?.[fate] > 0
    const reasons = fate === 'dropped' ? Object.entries(fates?.reasons ?? {}) : []
    return make('td', { class: 'number', 'data-fate': fate }, leads ? make('a', { href: `/letters/?flow=${id}` }, count) : count,
      ...reasons.map(([why, many]) => make('div', { class: 'small muted', 'data-why': why }, say(`why_${why}`, number.format(many)))))
  })
}

listen('worker', show)
setInterval(() => { if (!document.hidden) call('GET', '/api/workers').catch(() => undefined) }, 3000)
for (const worker of await call('GET', '/api/workers')) show(worker)

for (const button of document.querySelectorAll('[data-sure]')) {
  button.addEventListener('click', async (event) => {
    if (button.dataset.yes) return
    event.preventDefault()
    if (!(await question(button.textContent.trim() || button.title, make('p', {}, button.dataset.sure), button.textContent.trim() || button.title, { danger: true }))) return
    button.dataset.yes = 'yes'
    button.click()
  })
}

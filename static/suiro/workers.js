// Workers, live: connection, broker, and what became of the events of each flow.
import { call, listen, make, pageData, say } from './page.js'

const FATES = ['received', 'delivered', 'kept', 'filtered', 'late', 'dropped', 'dead']
const names = pageData.flows ?? {}

function show(worker) {
  const card = document.querySelector(`[data-worker="${CSS.escape(worker.id)}"]`)
  if (!card) return
  const state = worker.connected ? ['badge badge-good', 'dot dot-live', 'connected'] : ['badge badge-bad', 'dot', 'not_connected']
  card.querySelector('.worker-state').replaceChildren(make('span', { class: state[0] }, make('span', { class: state[1] }), say(state[2])))
  const broker = worker.broker ?? {}
  card.querySelector('.worker-broker').replaceChildren(
    make('span', { class: broker.connected ? 'good' : 'bad' }, say(broker.connected ? 'connected' : 'not_connected')), ' ',
    make('span', { class: 'mono small' }, broker.url ?? ''), ' ', make('span', { class: 'small muted' }, broker.detail ?? ''))
  const flows = Object.entries(worker.flows ?? {})
  const rows = flows.map(([id, counts]) => make('tr', {}, make('td', {}, make('a', { href: `/flows/${id}/` }, names[id] ?? id)),
    ...FATES.map((fate) => make('td', { class: 'number' }, String(total(counts, fate))))))
  card.querySelector('.worker-flows').replaceChildren(...(rows.length ? rows : [make('tr', {}, make('td', { colspan: FATES.length + 1, class: 'muted' }, say('no_flows')))]))
}

/** Counts come per source node, or already summed. */
function total(counts, fate) {
  if (typeof counts?.[fate] === 'number') return counts[fate].toLocaleString()
  const parts = Object.values(counts?.sources ?? counts ?? {})
  return parts.reduce((sum, part) => sum + (typeof part?.[fate] === 'number' ? part[fate] : 0), 0).toLocaleString()
}

listen('worker', show)
setInterval(() => { if (!document.hidden) call('GET', '/api/workers').catch(() => undefined) }, 3000)
for (const worker of await call('GET', '/api/workers')) show(worker)

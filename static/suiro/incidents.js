// What is wrong with workers, the broker and destinations now, and what was.
import { call, complain, listen, make, pageData, say, tellTimes } from './page.js'

const card = document.getElementById('incidents')
const list = document.getElementById('incident-list')

function show(incidents) {
  card.hidden = incidents.length === 0
  list.replaceChildren(...incidents.map((one) => make('div', { class: 'spread', 'data-incident': one.kind, 'data-healed': one.healed ? '1' : '0' },
    make('div', {}, make('div', {}, one.text), make('div', { class: 'small muted' }, make('time', { 'data-ms': one.since }))),
    make('span', { class: one.healed ? 'badge badge-good' : 'badge badge-bad' }, one.healed ? say('lasted', one.length) : say('still')))))
  tellTimes(list)
}

/** A worker that has left its broker session to somebody else connects again when a person says so. */
function offer(worker) {
  if (!worker.broker?.code) return
  const place = document.querySelector(`[data-worker="${CSS.escape(worker.id)}"] .worker-broker`)
  const button = make('button', { type: 'button', class: 'btn btn-small' }, say('connect_again'))
  button.addEventListener('click', () => call('POST', `/api/workers/${worker.id}/connect`).catch(complain))
  place?.append(' ', button)
}

const renew = () => call('GET', '/api/incidents').then(show).catch(() => undefined)
listen('incident', renew)
listen('worker', offer)
setInterval(() => { if (!document.hidden) renew() }, 10_000)
show(pageData.incidents ?? [])

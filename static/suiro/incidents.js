// What is wrong with workers, the broker and destinations now, and what was.
import { call, listen, make, pageData, say, tellTimes } from './page.js'

const card = document.getElementById('incidents')
const list = document.getElementById('incident-list')

function show(incidents) {
  card.hidden = incidents.length === 0
  list.replaceChildren(...incidents.map((one) => make('div', { class: 'spread', 'data-incident': one.kind, 'data-healed': one.healed ? '1' : '0' },
    make('div', {}, make('div', {}, one.text), make('div', { class: 'small muted' }, make('time', { 'data-ms': one.since }))),
    make('span', { class: one.healed ? 'badge badge-good' : 'badge badge-bad' }, one.healed ? say('lasted', one.length) : say('still')))))
  tellTimes(list)
}

const renew = () => call('GET', '/api/incidents').then(show).catch(() => undefined)
listen('incident', renew)
setInterval(() => { if (!document.hidden) renew() }, 10_000)
show(pageData.incidents ?? [])

// The broker: choose, try, listen to what is on it.
import { askWorker, call, complain, listen, make, say } from './page.js'

const state = document.getElementById('state')
const form = document.getElementById('broker')
const PATIENCE_MS = 15_000

form.addEventListener('change', () => {
  const own = form.elements.which.value === 'own'
  document.getElementById('own').hidden = !own
  form.elements.url.required = own
})

let settled = false
const fresh = new URLSearchParams(location.search).has('saved')
const opened = Date.now()

/** Just after a change the worker may still report the broker from before: `since` tells them apart. */
function show(broker, connected) {
  if (!connected) return tell('callout callout-warn', say('not_connected'))
  if (broker.connected && (!fresh || settled || (broker.since ?? 0) > opened - PATIENCE_MS)) {
    settled = true
    return tell('callout callout-good', say('broker_ok'), broker.url)
  }
  if (broker.connected) return undefined
  if (broker.detail || Date.now() - opened > PATIENCE_MS) return tell('callout callout-bad', say('broker_bad', broker.detail || '–'), broker.url)
  return tell('callout', say('trying'), broker.url)
}

function tell(look, text, url) {
  state.className = look
  state.replaceChildren(make('div', {}, make('div', {}, text), url ? make('div', { class: 'small mono muted' }, url) : null))
}

listen('worker', (worker) => show(worker.broker ?? {}, worker.connected))
const workers = await call('GET', '/api/workers')
if (workers.length) show(workers[0].broker, workers[0].connected)
if (fresh) {
  history.replaceState(null, '', location.pathname)
  const ask = setInterval(async () => {
    const [worker] = await call('GET', '/api/workers').catch(() => [])
    if (worker) show(worker.broker, worker.connected)
    if (settled || Date.now() - opened > 2 * PATIENCE_MS) clearInterval(ask)
  }, 1500)
}

document.getElementById('browse').addEventListener('submit', async (event) => {
  event.preventDefault()
  const button = document.getElementById('listen')
  const topics = document.getElementById('topics')
  button.disabled = true
  topics.replaceChildren(make('div', { class: 'row muted' }, make('span', { class: 'spinner' }), say('listening')))
  try {
    const seen = await askWorker('/api/registry/browse', { filter: document.getElementById('filter').value, seconds: 4 }, 15)
    const rows = (seen.topics ?? []).sort((a, b) => a.topic.localeCompare(b.topic))
    topics.replaceChildren(rows.length ? make('div', { class: 'small faint' }, say('topics_heard', rows.length)) : make('p', { class: 'muted' }, say('nothing_heard')), ...rows.map(topicRow))
  } catch (failure) {
    topics.replaceChildren()
    complain(failure)
  }
  button.disabled = false
})

function topicRow(seen) {
  const payload = typeof seen.payload === 'string' ? seen.payload : JSON.stringify(seen.payload)
  return make('div', { class: 'topic' }, make('code', {}, seen.topic),
    make('span', { class: 'faint number' }, seen.retained ? say('retained') : `×${seen.count}`),
    make('div', { class: 'payload mono' }, (payload ?? '').slice(0, 300)))
}

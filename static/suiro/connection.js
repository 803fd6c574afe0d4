// The broker: choose, try, listen to what is on it.
import { askWorker, call, complain, listen, make, say } from './page.js'

const state = document.getElementById('state')
const form = document.getElementById('broker')

form.addEventListener('change', () => {
  const own = form.elements.which.value === 'own'
  document.getElementById('own').hidden = !own
  form.elements.url.required = own
})

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const fields = form.elements
  const embedded = fields.which.value !== 'own'
  const button = event.submitter
  button.disabled = true
  trying = true
  tell('callout', say('trying'), embedded ? '' : fields.url.value)
  try {
    const wish = { embedded, url: fields.url.value, username: fields.username.value, password: fields.password.value || null, ca: fields.ca.value }
    const answer = await askWorker('/api/broker/try', wish, 25)
    if (answer.ok) return form.submit()
    tell('callout callout-bad', say('broker_bad', answer.detail), fields.url.value)
  } catch (failure) {
    tell('callout callout-bad', failure.message)
  }
  button.disabled = false
})

/** From then on it stands there what came of it, not what the broker of before says. */
let trying = false

function show(worker) {
  if (trying) return
  const broker = worker.broker ?? {}
  if (!worker.connected) tell('callout callout-warn', say('not_connected'))
  else if (broker.connected) tell('callout callout-good', say('broker_ok'), broker.url)
  else tell('callout callout-bad', say('broker_bad', broker.detail || '–'), broker.url)
}

function tell(look, text, url) {
  state.className = look
  state.replaceChildren(make('div', {}, make('div', {}, text), url ? make('div', { class: 'small mono muted' }, url) : null))
}

listen('worker', show)
listen('connected', async () => {
  const workers = await call('GET', '/api/workers').catch(() => [])
  if (workers.length) show(workers[0])
})

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

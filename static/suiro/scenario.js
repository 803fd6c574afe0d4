// The page of a scenario: start it, see how far it has come, take it away again.
import { call, complain, listen, make, pageData, problemList, put, question, say } from './page.js'

const { name, approve, devices } = pageData
const at = (id) => document.getElementById(id)
const path = `/api/gallery/${encodeURIComponent(name)}/copy`
const AGAIN = 2000
let copy = pageData.copy
let timer = null

function show() {
  const stage = !copy ? 'none' : copy.ready ? 'ready' : 'starting'
  at('copy').dataset.stage = stage
  const done = { registered: Boolean(copy), running: Boolean(copy?.running), heard: Boolean(copy?.heard.length) }
  const failed = copy && ['failed', 'stopped', 'deleted'].includes(copy.status)
  at('steps').hidden = stage !== 'starting'
  at('ready').hidden = stage !== 'ready'
  for (const step of at('steps').children) {
    step.className = done[step.dataset.step] ? 'done' : failed ? '' : 'doing'
  }
  at('heard').textContent = copy?.heard.length ? ` (${copy.heard.slice(0, 3).map((id) => devices[id] ?? id).join(', ')})` : ''
  put(at('copy-problem'), ...(failed ? trouble() : []))
  if (copy?.flow) {
    at('open-flow').href = `/flows/${copy.flow}/`
    at('open-board').href = `/flows/${copy.flow}/dashboard/`
  }
  clearTimeout(timer)
  if (stage === 'starting') timer = setTimeout(look, AGAIN)
}

function trouble() {
  const again = make('button', { type: 'button', class: 'btn btn-small', onclick: start }, say('gallery_again'))
  const said = copy.problems.length ? problemList(copy.problems) : [make('div', { class: 'callout callout-warn' }, make('div', { class: 'grow' }, say(copy.status === 'deleted' ? 'gallery_deleted' : copy.status === 'stopped' ? 'gallery_stopped' : 'failed_status')), again)]
  return copy.problems.length ? [...said, again] : said
}

let looking = false, more = false, deeds = 0

/** One look at a time, and none that began before a deed counts after it. */
async function look() {
  if (looking) { more = true; return }
  looking = true
  more = false
  const before = deeds
  let found = copy
  try {
    found = await call('GET', path)
  } catch (failure) {
    if (failure.status === 404) found = null
  }
  looking = false
  if (before === deeds) take(found)
  if (copy && (more || before !== deeds)) look()
}

/** What came of what the person did. */
function done(found) {
  deeds += 1
  take(found)
}

function take(found) {
  copy = found
  show()
}

async function start() {
  at('start').disabled = true
  at('copy-problem').replaceChildren()
  try {
    done(await call('POST', path, { approve }))
  } catch (failure) {
    const said = failure.body?.problems ? problemList(failure.body.problems) : [make('div', { class: 'callout callout-bad' }, failure.message)]
    at('copy-problem').replaceChildren(...said)
  }
  at('start').disabled = false
}

at('start').addEventListener('click', start)

at('remove').addEventListener('click', async () => {
  if (!(await question(say('gallery_remove'), make('p', {}, say('gallery_remove_about')), say('gallery_remove_yes'), { danger: true }))) return
  try {
    await call('DELETE', path)
    done(null)
  } catch (failure) { complain(failure) }
})

at('report').addEventListener('click', async () => {
  try {
    const report = await call('POST', '/api/reports', { flow: copy.flow })
    location.assign(`/reports/${report.id}/`)
  } catch (failure) { complain(failure) }
})

listen('connected', () => { if (copy) look() })
listen('flow', (message) => { if (copy && message.flow === copy.flow) look() })
listen('values', (message) => { if (copy && !copy.ready && Object.keys(message.devices ?? {}).some((id) => id in devices)) look() })
show()

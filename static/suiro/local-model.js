// One local model: who answers, its versions, what it is measured on, how its answers drift.
import { ago, allowed, call, complain, lang, listen, make, onlyNewest, pageData, put, question, say, tellTimes } from './page.js'
import { driftOf } from './model-drift.js'
import { inShort, sideBySide } from './model-measured.js'
import { testSet } from './model-samples.js'
import { upload } from './model-upload.js'

const find = (id) => document.getElementById(id)
const size = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3 })
const bytes = (count) => count < 1e5 ? `${size.format(count / 1e3)} kB` : `${size.format(count / 1e6)} MB`
let model = pageData.model
let measuring = new Map()
const path = `/api/local-models/${model.id}`
const named = Object.fromEntries(pageData.devices.map((device) => [device.id, device.shown]))
const version = (number) => model.versions.find((one) => one.number === number)

function show(fresh) {
  model = fresh ?? model
  find('model-name').textContent = model.shown
  rollout()
  versions()
  testSet(model, show, look)
  put(find('measured'), sideBySide(model))
  drift()
  put(find('flows'), ...(model.flows.length ? model.flows.map((flow) => make('div', { class: 'use' }, make('a', { href: `/flows/${flow.id}/` }, flow.name), flow.deployed ? make('span', { class: 'badge badge-good' }, say('deployed_one', answering())) : null)) : [make('p', { class: 'muted' }, say('no_flow_yet'))]))
  put(find('changes'), ...model.changes.map((change) => make('div', { class: 'small' }, say(`change_${change.what}`, change.number), change.what === 'tried' ? ` (${whom(change.detail.devices, change.detail.percent)})` : '', make('span', { class: 'faint' }, ` · ${change.by ?? '–'} · `, make('time', { 'data-ms': change.time }, ago(change.time))))))
  tellTimes()
}

const asks = onlyNewest()

/** The newest question counts, and what came of a deed, whatever is answered last. */
async function look() {
  const counts = asks()
  try {
    const found = await call('GET', path)
    if (counts()) show(found)
  } catch (failure) { complain(failure) }
}

const act = (method, rest, body) => call(method, path + rest, body).then(done, misfit)

function done(fresh) {
  asks()
  show(fresh)
}

/** A refusal with the flows that stand against it. */
function misfit(failure) {
  if (!failure.body?.flows) return complain(failure)
  const list = failure.body.flows.map((flow) => make('li', {}, make('strong', {}, flow.flow), make('ul', {}, flow.problems.map((one) => make('li', {}, one)))))
  question(say('does_not_fit'), [make('p', {}, failure.message), make('ul', { class: 'faults-list' }, list)], say('understood'))
}

// --- who answers ---------------------------------------------------------------------------------------------------

const whom = (devices, percent) => [devices.length ? devices.slice(0, 5).map((id) => named[id] ?? id).join(', ') + (devices.length > 5 ? ` +${devices.length - 5}` : '') : null, percent > 0 ? say('percent_of_others', size.format(percent)) : null].filter(Boolean).join(' + ')
const answering = () => model.trial ? `${model.current} / ${model.trial}` : String(model.current)
const button = (word, run, more = {}, ...values) => make('button', { type: 'button', class: 'btn btn-small', onclick: run, ...allowed('member'), ...more }, say(word, ...values))

function rollout() {
  const said = model.trial
    ? [make('p', {}, say('trial_now', model.trial, whom(model.devices, model.percent))), make('p', { class: 'muted' }, say('trial_rest', model.current))]
    : [make('p', {}, say('all_now', model.current))]
  put(find('rollout'), ...said)
  put(find('rollout-do'), ...[
    model.trial ? button('for_all', () => forAll(model.trial), { class: 'btn btn-small btn-primary', id: 'trial-for-all' }, model.trial) : null,
    model.trial ? button('stop_trial', () => act('DELETE', '/trial'), { id: 'stop-trial' }) : null,
    model.spare ? button('go_back', () => act('POST', '/back'), { id: 'go-back' }, model.spare) : null,
  ].filter(Boolean))
  put(find('model-workers'), ...model.workers.map((worker) => make('div', { class: 'row small' },
    make('span', { class: worker.state === 'ready' && worker.connected ? 'badge badge-good' : worker.state === 'failed' ? 'badge badge-bad' : 'badge' }, worker.name),
    make('span', {}, worker.version ? say('worker_runs', worker.trial ? `${worker.version} / ${worker.trial}` : worker.version) : say('worker_runs_none')),
    worker.state === 'ready' ? null : make('span', { class: 'muted' }, worker.state === 'failed' ? say('worker_failed', worker.wanted, worker.detail) : say('worker_fetching', worker.wanted)))))
}

async function forAll(number) {
  if (await question(say('for_all_title', number), [make('p', {}, say('for_all_text', number))], say('for_all_yes'))) act('POST', '/rollout', { version: number })
}

let tried = null

function tryOn(number) {
  tried = number
  find('try-title').textContent = say('try_title', number)
  find('try-problem').replaceChildren()
  find('try-devices').replaceChildren(...pageData.devices.map((device) => make('option', { value: device.id, selected: model.trial === number && model.devices.includes(device.id) }, device.shown)))
  find('try-percent').value = model.trial === number ? model.percent : 0
  find('try').showModal()
}

find('try-form').addEventListener('submit', async (event) => {
  event.preventDefault()
  const devices = [...find('try-devices').selectedOptions].map((option) => option.value)
  try {
    done(await call('POST', `${path}/rollout`, { version: tried, devices, percent: Number(find('try-percent').value) || 0 }))
    find('try').close()
  } catch (failure) {
    if (failure.body?.flows) { find('try').close(); misfit(failure) } else find('try-problem').replaceChildren(make('div', { class: 'callout callout-bad' }, failure.body?.code === 'nothing_chosen' ? say('choose_devices') : failure.message))
  }
})

// --- versions ------------------------------------------------------------------------------------------------------

function versions() {
  const head = ['version', 'note', 'added', 'measured_head', ''].map((word) => make('th', {}, word ? say(word) : ''))
  put(find('versions'), make('table', { class: 'table table-cards' }, make('thead', {}, make('tr', {}, head)), make('tbody', {}, model.versions.map(line))))
}

function line(one) {
  const roles = [['current', 'badge badge-good'], ['trial', 'badge badge-accent'], ['spare', 'badge']].filter(([role]) => model[role] === one.number)
  const running = measuring.get(one.number)
  const busy = running !== undefined
  return make('tr', { 'data-version': one.number },
    make('td', {}, make('div', { class: 'row' }, make('strong', { class: 'number' }, String(one.number)), roles.map(([role, look]) => make('span', { class: look }, say(`role_${role}`)))), make('div', { class: 'tiny faint mono', title: one.sha256 }, `${one.sha256.slice(0, 12)} · ${bytes(one.size)} · opset ${one.facts.opset}`)),
    make('td', { class: 'version-note', 'data-label': say('note') }, one.note || '–'),
    make('td', { 'data-label': say('added') }, make('div', {}, make('span', {}, one.by ?? '–'), make('div', { class: 'small faint' }, make('time', { 'data-ms': one.time }, ago(one.time))))),
    make('td', { 'data-label': say('measured_head') }, make('div', { class: 'measured-short' }, busy ? running : inShort(one, model.task) ?? say('not_measured_yet'))),
    make('td', {}, make('div', { class: 'row versions-do' },
      button('measure', () => measure(one.number), { class: 'btn btn-small measure', ...(busy || model.rows + model.sample_count === 0 ? { disabled: true, title: say('needs_test_set') } : {}) }),
      model.current === one.number ? null : button('try_some', () => tryOn(one.number), { class: 'btn btn-small try-some' }),
      model.current === one.number ? null : button('for_all_short', () => forAll(one.number), { class: 'btn btn-small for-all' }),
      roles.length ? null : button('delete', () => forget(one.number), { class: 'btn btn-small btn-quiet forget-version' }))))
}

async function measure(number) {
  measuring.set(number, say('measuring'))
  versions()
  try { await call('POST', `${path}/versions/${number}/measure`) } catch (failure) { measuring.delete(number); versions(); complain(failure) }
}

async function forget(number) {
  if (await question(say('forget_version', number), [make('p', {}, say('forget_version_text'))], say('yes_delete'), { danger: true })) call('DELETE', `${path}/versions/${number}`).then(look, complain)
}

listen('measure', (message) => {
  if (message.model !== model.id) return
  if (message.stage === 'running') { measuring.set(message.version, say('measuring_done', message.done, message.of)); versions(); tellTimes(); return }
  measuring.delete(message.version)
  if (message.problem) complain(message.problem)
  look()
})
/** How far a measuring is, and its end, may have been told while nobody heard. */
listen('connected', () => { measuring = new Map(); look() })
let waits = null
listen('local_model', (message) => { if (message.model === model.id && !waits) waits = setTimeout(() => { waits = null; look() }, 300) })
listen('worker', () => { if (!waits) waits = setTimeout(() => { waits = null; look() }, 1500) })

// --- drift ---------------------------------------------------------------------------------------------------------

let driftOn = null

function drift() {
  driftOn = version(driftOn) ? driftOn : model.trial ?? model.current
  put(find('drift-version'), ...model.versions.map((one) => make('option', { value: one.number, selected: one.number === driftOn }, String(one.number))))
  put(find('drift'), ...driftOf(version(driftOn), model.task))
}

find('drift-version').addEventListener('change', (event) => { driftOn = Number(event.target.value); drift() })

// --- its file, its name, its end ------------------------------------------------------------------------------------

find('add').addEventListener('click', () => upload(model, look))
find('rename-model').addEventListener('click', () => {
  for (const name of ['ja', 'en']) find(`r-${name}`).value = model.label[name] ?? ''
  find('rename').showModal()
})
find('rename-form').addEventListener('submit', async (event) => {
  event.preventDefault()
  const label = Object.fromEntries(['ja', 'en'].map((name) => [name, find(`r-${name}`).value.trim()]).filter(([, text]) => text))
  await act('PUT', '', { label, also: model.also })
  find('rename').close()
})
find('forget-model').addEventListener('click', async () => {
  if (!(await question(say('forget_model', model.shown), [make('p', {}, say('forget_model_text'))], say('yes_delete'), { danger: true }))) return
  call('DELETE', path).then(() => location.assign('/local-models/'), complain)
})

show()

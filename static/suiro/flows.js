// The list of flows: describe one, begin an empty one, import, delete with a way back, and live status.
import { call, complain, listen, make, problemList, question, say, tellTimes, toast } from './page.js'

const prompt = document.getElementById('prompt')
const list = document.getElementById('flows')
const looks = { running: ['badge badge-good', true], starting: ['badge badge-accent', true], failed: ['badge badge-bad', false], rolled_back: ['badge badge-warn', true], stopped: ['badge', false] }

for (const chip of document.querySelectorAll('.chip')) {
  chip.addEventListener('click', () => { prompt.value = chip.textContent; prompt.focus() })
}

prompt.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.isComposing) document.getElementById('ask').requestSubmit()
})

document.getElementById('ask').addEventListener('submit', async (event) => {
  event.preventDefault()
  const text = prompt.value.trim()
  if (!text) return prompt.focus()
  const build = document.getElementById('build')
  build.disabled = true
  try {
    const flow = await call('POST', '/api/flows', {})
    await call('POST', `/api/flows/${flow.id}/compile`, { prompt: text, author: document.getElementById('author').value, edit: false })
    location.assign(`/flows/${flow.id}/`)
  } catch (failure) {
    build.disabled = false
    complain(failure)
  }
})

document.getElementById('blank').addEventListener('click', async () => {
  try {
    location.assign(`/flows/${(await call('POST', '/api/flows', {})).id}/`)
  } catch (failure) { complain(failure) }
})

// --- import --------------------------------------------------------------------------------------------------------

const dialog = document.getElementById('import-dialog')
const file = document.getElementById('import-file')
const problems = document.getElementById('import-problems')

document.getElementById('import').addEventListener('click', () => { problems.replaceChildren(); file.value = ''; dialog.showModal() })

file.addEventListener('change', async () => {
  if (!file.files.length) return
  problems.replaceChildren()
  try {
    const text = await file.files[0].text()
    const flow = await call('POST', '/api/flows/import', { document: text })
    if (flow.unknown.length) askIds(flow, text)
    else location.assign(`/flows/${flow.id}/`)
  } catch (failure) {
    problems.replaceChildren(...(failure.body?.problems ? problemList(failure.body.problems) : [make('div', { class: 'callout callout-bad' }, failure.message)]))
  }
  file.value = ''
})

// --- ids that are unknown here ---------------------------------------------------------------------------------------

const idsDialog = document.getElementById('ids-dialog')
const idsForm = document.getElementById('ids-form')
const FROM_FILE = '+file'
let mapped = null

/** One line for each unknown id: another one in its place, the file's own, or as it is. */
function askIds(flow, text) {
  const lines = flow.unknown.map((one, index) => {
    const chosen = one.nearest ?? (one.in_file ? FROM_FILE : '')
    const option = (value, label) => make('option', { value, selected: value === chosen }, label)
    const name = (choice) => (choice.label === choice.id ? choice.id : `${choice.label} (${choice.id})`)
    const select = make('select', { id: `id-${index}` }, option('', say('leave_id')),
      one.in_file ? option(FROM_FILE, say('take_over')) : null, one.choices.map((choice) => option(choice.id, name(choice))))
    return { one, select, row: make('div', { class: 'field id-line' }, make('label', { for: `id-${index}` }, `${say(`section_${one.section}`)} `, make('code', {}, one.id)), select) }
  })
  document.getElementById('ids').replaceChildren(...lines.map((line) => line.row))
  mapped = { flow, text, lines }
  dialog.close()
  idsDialog.showModal()
}

idsForm.addEventListener('submit', async (event) => {
  event.preventDefault()
  const mapping = {}
  const add = {}
  for (const { one, select } of mapped.lines) {
    if (select.value === FROM_FILE) (add[one.section] ??= []).push(one.id)
    else if (select.value) (mapping[one.section] ??= {})[one.id] = select.value
  }
  const given = JSON.parse(mapped.text)
  try {
    await call('PUT', `/api/flows/${mapped.flow.id}/ids`, { mapping, add, registry: given.registry ?? null })
    location.assign(`/flows/${mapped.flow.id}/`)
  } catch (failure) { complain(failure) }
})
idsDialog.addEventListener('close', () => location.assign(`/flows/${mapped.flow.id}/`))

// --- where webhooks listen -------------------------------------------------------------------------------------------

const hooksDialog = document.getElementById('hooks-dialog')
list.addEventListener('click', async (event) => {
  const row = event.target.closest('.hooks')?.closest('.flow-row')
  if (!row) return
  try {
    const hooks = await call('GET', `/api/flows/${row.dataset.flow}/hooks`)
    document.getElementById('hooks').replaceChildren(...hooks.map(hookLine))
    hooksDialog.showModal()
  } catch (failure) { complain(failure) }
})

function hookLine(hook) {
  const address = make('input', { class: 'mono small', readonly: true, value: hook.url, 'aria-label': hook.node })
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(hook.url)
      toast(say('copied'))
    } catch { address.select() }
  }
  return make('div', { class: 'field' }, make('span', { class: 'mono small' }, hook.node),
    make('div', { class: 'field-row' }, address, make('button', { type: 'button', class: 'btn', onclick: copy }, say('copy'))))
}

// --- delete --------------------------------------------------------------------------------------------------------

list.addEventListener('click', async (event) => {
  const button = event.target.closest('.delete')
  if (!button) return
  const row = button.closest('.flow-row')
  const name = row.querySelector('.flow-name').textContent
  if (['running', 'starting', 'rolled_back'].includes(row.dataset.status) && !(await question(say('confirm_delete_running', name), '', say('yes_delete'), { danger: true }))) return
  row.classList.add('going')
  const after = row.nextSibling // before the line tells that it is gone
  try {
    await call('DELETE', `/api/flows/${row.dataset.flow}`)
  } catch (failure) {
    row.classList.remove('going')
    return complain(failure)
  }
  row.remove()
  showEmpty()
  const bring = async () => {
    try {
      await call('POST', `/api/flows/${row.dataset.flow}/restore`)
      row.classList.remove('going')
      told.add(row.dataset.flow)
      list.insertBefore(row, after?.parentElement === list ? after : null)
      showStatus(row, 'stopped')
      showEmpty()
    } catch (failure) { complain(failure) }
  }
  toast(say('deleted', name), { action: { label: say('undo'), run: bring }, seconds: 10 })
})

function showEmpty() {
  const none = !list.querySelector('.flow-row')
  list.hidden = none
  document.getElementById('empty').hidden = !none
}

// --- live ----------------------------------------------------------------------------------------------------------

const rowOf = (id) => list.querySelector(`[data-flow="${CSS.escape(id)}"]`)

function showStatus(row, status) {
  const since = status === row.dataset.status ? row.querySelector('.flow-status time') : make('time', { class: 'tiny faint', 'data-since': Date.now() })
  row.dataset.status = status
  const [look, live] = looks[status] ?? ['badge', false]
  const dot = looks[status] ? make('span', { class: live ? 'dot dot-live' : 'dot' }) : null
  row.querySelector('.flow-status').replaceChildren(make('span', { class: look }, dot, say(status === 'failed' ? 'failed_status' : status)), ...(since && status !== 'draft' ? [since] : []))
  tellTimes(row)
}

/** Told while the whole list is being read: newer than what is read. */
let told = new Set()

listen('flow', (message) => {
  const row = rowOf(message.flow)
  if (!row) return
  told.add(message.flow)
  if (message.status === 'deleted') { row.remove(); return showEmpty() }
  showStatus(row, message.status)
  if (message.name) row.querySelector('.flow-name').textContent = message.name
})

listen('connected', async () => {
  told = new Set()
  const flows = await call('GET', '/api/flows').catch(() => null)
  for (const flow of flows ?? []) {
    const row = rowOf(flow.id)
    if (!row || told.has(flow.id)) continue
    if (row.dataset.status !== flow.status) showStatus(row, flow.status)
    row.querySelector('.flow-name').textContent = flow.name
    if (flow.last_firing) fired(row, flow.last_firing)
  }
  for (const row of flows ? list.querySelectorAll('.flow-row') : []) if (!told.has(row.dataset.flow) && !flows.some((flow) => flow.id === row.dataset.flow)) row.remove()
  showEmpty()
})

function fired(row, time) {
  const at = row.querySelector('.fired')
  if (!at || time <= Number(at.dataset.ms ?? 0)) return
  at.dataset.ms = time
  tellTimes(at.parentElement)
}

listen('fired', (message) => { if (rowOf(message.flow)) fired(rowOf(message.flow), message.time) })

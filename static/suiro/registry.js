// Registering: types and devices by hand, from a file, and from what is heard on the broker.
import { askWorker, call, complain, make, pageData, problemList, question, say, toast } from './page.js'

const registry = pageData.registry
const FIELD_TYPES = ['number', 'integer', 'boolean', 'string', 'location', 'image']
const again = () => location.reload()

function field(label, control, hint) {
  control.id ||= `f${Math.random().toString(36).slice(2)}`
  return make('div', { class: 'field' }, make('label', { for: control.id }, label), control, hint ? make('span', { class: 'field-hint' }, hint) : null)
}

const text = (value, properties = {}) => make('input', { value: value ?? '', spellcheck: 'false', ...properties })
const words = (ja, en) => Object.fromEntries([['ja', ja.value.trim()], ['en', en.value.trim()]].filter(([, word]) => word))
const list = (input) => input.value.split(/[,、]/).map((word) => word.trim()).filter(Boolean)

async function register(things) {
  await call('PUT', '/api/registry', things)
  toast(say('registered'))
  again()
}

/** A form in a dialog; stays open with the problems until it is right. */
function form(title, content, save, forget) {
  const problems = make('div', { class: 'stack-tight', role: 'alert' })
  const box = make('form', { method: 'dialog' },
    make('div', { class: 'dialog-head' }, make('h2', {}, title)),
    make('div', { class: 'dialog-body' }, content, problems),
    make('div', { class: 'dialog-foot' },
      forget ? make('button', { type: 'button', class: 'btn btn-danger', onclick: forget }, say('forget')) : null,
      make('span', { class: 'grow' }),
      make('button', { type: 'button', class: 'btn', onclick: () => dialog.close() }, say('no')),
      make('button', { class: 'btn btn-primary' }, say('save'))))
  const dialog = make('dialog', { class: 'dialog dialog-wide' }, box)
  box.addEventListener('submit', async (event) => {
    event.preventDefault()
    try {
      await save()
    } catch (failure) {
      problems.replaceChildren(...(failure.body?.problems ? problemList(failure.body.problems) : [make('div', { class: 'callout callout-bad' }, failure.message)]))
    }
  })
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}

// --- a device ------------------------------------------------------------------------------------------------------

function deviceForm(type, device) {
  const id = text(device?.id, { class: 'mono', required: true, pattern: '[A-Za-z0-9_\\-]{1,64}', readonly: Boolean(device) })
  const ja = text(device?.label?.ja, { lang: 'ja' })
  const en = text(device?.label?.en)
  const also = text((device?.also ?? []).join(', '))
  const lines = Object.entries(device?.attributes ?? {}).map(([name, value]) => `${name} = ${value}`).join('\n')
  const attributes = make('textarea', { rows: 3, value: lines })
  const content = [
    make('div', { class: 'grid-two' }, field(say('id'), id), field(say('label_ja'), ja), field(say('label_en'), en), field(say('also'), also)),
    field(say('attributes'), attributes, say('attributes_hint')),
  ]
  const save = () => register({ devices: [{ id: id.value.trim(), type, label: words(ja, en), also: list(also), attributes: pairs(attributes.value) }] })
  const forget = device && (async () => {
    if (!(await question(say('forget'), make('p', {}, say('confirm_forget', device.id)), say('yes_forget'), { danger: true }))) return
    await call('DELETE', `/api/registry/devices/${encodeURIComponent(device.id)}`).then(again, complain)
  })
  form(device ? say('change_device', device.id) : say('new_device', type), content, save, forget)
}

function pairs(lines) {
  const found = {}
  for (const line of lines.split('\n')) {
    const [name, ...rest] = line.split('=')
    const value = rest.join('=').trim()
    if (name.trim() && value) found[name.trim()] = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
  }
  return found
}

// --- a type --------------------------------------------------------------------------------------------------------

function typeForm(type) {
  const id = text(type?.id, { class: 'mono', required: true, readonly: Boolean(type) })
  const ja = text(type?.label?.ja, { lang: 'ja' })
  const en = text(type?.label?.en)
  const also = text((type?.also ?? []).join(', '))
  const topic = text(type?.topic, { class: 'mono', placeholder: 'plant/{device}/telemetry' })
  const path = text(type?.time?.path, { class: 'mono' })
  const format = make('select', {}, ...['rfc3339', 'ms', 's'].map((one) => make('option', { selected: one === type?.time?.format }, one)))
  const fields = rows((type?.fields ?? []).map(fieldLine), say('add_field'), () => fieldLine({}))
  const commands = rows((type?.commands ?? []).map(commandLine), say('add_command'), () => commandLine({}))
  const content = [
    make('div', { class: 'grid-two' }, field(say('type_id'), id), field(say('label_ja'), ja), field(say('label_en'), en), field(say('also'), also)),
    field(say('topic'), topic, say('topic_hint')),
    make('div', { class: 'grid-two' }, field(say('time_path'), path, say('time_hint')), field(say('format'), format)),
    make('h3', {}, say('fields')), fields.element,
    make('h3', {}, say('commands')), commands.element,
  ]
  const save = () => {
    const entry = { id: id.value.trim(), label: words(ja, en), also: list(also), qos: type?.qos ?? 1, fields: fields.values(), commands: commands.values() }
    if (topic.value.trim()) entry.topic = topic.value.trim()
    if (path.value.trim()) entry.time = { path: path.value.trim(), format: format.value }
    return register({ types: [entry] })
  }
  const forget = type && (async () => {
    if (!(await question(say('forget'), make('p', {}, say('confirm_forget', type.id)), say('yes_forget'), { danger: true }))) return
    await call('DELETE', `/api/registry/types/${encodeURIComponent(type.id)}`).then(again, complain)
  })
  form(type ? say('change_type', type.id) : say('new_type'), content, save, forget)
}

/** Lines that can be added and taken away; each is {element, value()}. */
function rows(lines, addWord, fresh) {
  const box = make('div', { class: 'rows' })
  const kept = new Set()
  const put = (line) => {
    kept.add(line)
    line.element.append(make('button', { type: 'button', class: 'btn btn-quiet btn-small', onclick: () => { kept.delete(line); line.element.remove() } }, say('remove')))
    box.append(line.element)
  }
  lines.forEach(put)
  const add = make('button', { type: 'button', class: 'btn btn-small', onclick: () => put(fresh()) }, `+ ${addWord}`)
  return { element: make('div', { class: 'stack-tight' }, box, make('div', {}, add)), values: () => [...kept].map((line) => line.value()) }
}

function fieldLine(entry) {
  const name = text(entry.name, { class: 'mono', required: true })
  const path = text(entry.path, { class: 'mono', placeholder: entry.name ?? '' })
  const type = make('select', {}, ...FIELD_TYPES.map((one) => make('option', { selected: one === (entry.type ?? 'number') }, one)))
  const unit = text(entry.unit)
  const ja = text(entry.label?.ja, { lang: 'ja' })
  const en = text(entry.label?.en)
  return {
    element: make('div', { class: 'field-line' }, field(say('field'), name), field(say('path'), path), field(say('type'), type), field(say('unit'), unit), field(say('label_ja'), ja), field(say('label_en'), en)),
    value: () => ({ ...entry, name: name.value.trim(), type: type.value, path: path.value.trim() || null, unit: unit.value.trim() || null, label: words(ja, en) }),
  }
}

function commandLine(entry) {
  const id = text(entry.id, { class: 'mono', required: true })
  const ja = text(entry.label?.ja, { lang: 'ja' })
  const en = text(entry.label?.en)
  const topic = text(entry.topic, { class: 'mono', required: true, placeholder: 'plant/{device}/set' })
  const cooldown = text(entry.cooldown, { class: 'mono', placeholder: '1s' })
  const values = make('textarea', { class: 'mono small', rows: 4, spellcheck: 'false', value: JSON.stringify(entry.values ?? { type: 'object', properties: {} }, null, 1) })
  const approval = make('input', { type: 'checkbox', checked: Boolean(entry.approval) })
  return {
    element: make('div', { class: 'suggestion' },
      make('div', { class: 'grid-two' }, field(say('id'), id), field(say('topic'), topic), field(say('label_ja'), ja), field(say('label_en'), en), field(say('cooldown'), cooldown)),
      field(say('values_schema'), values), make('label', { class: 'check' }, approval, say('approval'))),
    value: () => {
      let schema
      try { schema = JSON.parse(values.value) } catch { throw new Error(say('bad_json')) }
      return { ...entry, id: id.value.trim(), topic: topic.value.trim(), label: words(ja, en), cooldown: cooldown.value.trim() || null, values: schema, approval: approval.checked }
    },
  }
}

for (const section of document.querySelectorAll('[data-type]')) {
  const type = registry.types.find((one) => one.id === section.dataset.type)
  section.querySelector('.new-device').addEventListener('click', () => deviceForm(type.id, null))
  section.querySelector('.edit-type').addEventListener('click', () => typeForm(type))
  for (const card of section.querySelectorAll('[data-device]')) {
    const device = registry.devices.find((one) => one.id === card.dataset.device)
    card.querySelector('.edit-device').addEventListener('click', () => deviceForm(type.id, device))
  }
}
document.getElementById('new-type').addEventListener('click', () => typeForm(null))

// --- from a file ---------------------------------------------------------------------------------------------------

const importDialog = document.getElementById('import-dialog')
const file = document.getElementById('import-file')
const importProblems = document.getElementById('import-problems')
document.getElementById('import').addEventListener('click', () => { file.value = ''; importProblems.replaceChildren(); importDialog.showModal() })
file.addEventListener('change', async () => {
  if (!file.files.length) return
  const body = new FormData()
  body.append('file', file.files[0])
  try {
    const { registered } = await call('POST', '/api/registry/import', body)
    toast(say('imported', Object.entries(registered).map(([section, count]) => `${section} ${count}`).join(', ')))
    again()
  } catch (failure) {
    importProblems.replaceChildren(...(failure.body?.problems ? problemList(failure.body.problems) : [make('div', { class: 'callout callout-bad' }, failure.message)]))
  }
  file.value = ''
})

// --- from the broker -----------------------------------------------------------------------------------------------

const found = document.getElementById('found')
const foundBody = document.getElementById('found-body')
document.getElementById('discover').addEventListener('click', () => { found.showModal(); discover() })

async function discover() {
  foundBody.replaceChildren(make('div', { class: 'row muted' }, make('span', { class: 'spinner' }), say('listening')))
  try {
    const seen = await askWorker('/api/registry/browse', { filter: '#', seconds: 5 }, 15)
    const { found: suggestions } = await call('POST', '/api/registry/discover', { topics: seen.topics ?? [] })
    const nothing = make('p', { class: 'muted' }, say((seen.topics ?? []).length ? 'nothing_new' : 'nothing_heard'))
    const retry = make('div', {}, make('button', { type: 'button', class: 'btn', onclick: discover }, say('listen_again')))
    foundBody.replaceChildren(...(suggestions.length ? suggestions.map(suggestion) : [nothing]), retry)
  } catch (failure) {
    foundBody.replaceChildren(make('div', { class: 'callout callout-bad' }, failure.message))
  }
}

function suggestion(one) {
  const { type, devices, values } = one
  const id = text(type.id, { class: 'mono' })
  const ja = text(type.label.ja, { lang: 'ja' })
  const en = text(type.label.en)
  const chosen = devices.map((device) => ({ device, box: make('input', { type: 'checkbox', checked: true }) }))
  const sample = Object.values(values)[0] ?? {}
  const lines = type.fields.map((field) => make('tr', {}, make('td', { class: 'mono' }, field.name), make('td', { class: 'small muted' }, field.type), make('td', {}, field.unit ?? ''), make('td', { class: 'number' }, String(sample[field.name] ?? '–').slice(0, 40))))
  const take = make('button', { type: 'button', class: 'btn btn-primary btn-small' }, say('register'))
  const box = make('div', { class: 'suggestion' },
    make('div', { class: 'spread' }, make('code', {}, type.topic), make('span', { class: 'badge badge-accent' }, say('new_devices', devices.length))),
    make('div', { class: 'grid-two' }, field(say('type_id'), id), field(say('label_ja'), ja), field(say('label_en'), en)),
    make('div', { class: 'table-scroll' }, make('table', { class: 'table' }, make('tbody', {}, lines))),
    make('div', { class: 'row' }, ...chosen.map(({ device, box: tick }) => make('label', { class: 'check small mono' }, tick, device.id))),
    make('div', {}, take))
  take.addEventListener('click', async () => {
    take.disabled = true
    const entry = { ...type, id: id.value.trim(), label: words(ja, en) }
    const named = chosen.filter(({ box: tick }) => tick.checked).map(({ device }) => ({ ...device, type: entry.id }))
    try {
      await call('PUT', '/api/registry', { types: [entry], devices: named })
      box.replaceChildren(make('div', { class: 'good' }, say('registered')))
      found.addEventListener('close', again, { once: true })
    } catch (failure) {
      take.disabled = false
      complain(failure)
    }
  })
  return box
}

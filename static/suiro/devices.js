// Devices, live: values, lamps, commands to try, faults of the virtual ones.
import { ago, askWorker, call, complain, lang, listen, make, pageData, put, question, say, tellTimes, toast } from './page.js'
import { openSnooze, readSnoozes, snoozeBadge, snoozesOf } from './snoozing.js'
import { count, learnUses, showUses, usesOf } from './uses.js'

const registry = pageData.registry
const typeOf = (device) => registry.types.find((type) => type.id === registry.devices.find((one) => one.id === device)?.type)
const spoken = (label, otherwise) => label?.[lang] || label?.en || Object.values(label ?? {})[0] || otherwise
const cards = new Map([...document.querySelectorAll('[data-device]')].map((card) => [card.dataset.device, card]))
const heardAt = new Map()
const OLD = 120_000
/** Whether the devices were asked which faults are on. */
let asked = false

// --- values --------------------------------------------------------------------------------------------------------

const large = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 })
const small = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3 })
const number = { format: (value) => (Math.abs(value) < 1 ? small : large).format(value) }

function reading(value) {
  if (typeof value === 'number') return number.format(value)
  if (typeof value === 'boolean') return say(value ? 'yes_word' : 'no_word')
  if (value && typeof value === 'object' && typeof value.lat === 'number' && typeof value.lon === 'number') return `${value.lat.toFixed(5)}, ${value.lon.toFixed(5)}`
  return typeof value === 'string' ? value.slice(0, 80) : JSON.stringify(value).slice(0, 80)
}

function show(device, seen) {
  const card = cards.get(device)
  if (!card || !seen) return
  heardAt.set(device, seen.time)
  tellAge(card, seen.time)
  for (const [name, value] of Object.entries(seen.data ?? {})) {
    if (value === null || value === undefined) continue
    const lamp = card.querySelector(`[data-lamp="${CSS.escape(name)}"]`)
    if (lamp) light(lamp, String(value), typeOf(device))
    const place = card.querySelector(`[data-field="${CSS.escape(name)}"] .reading`)
    if (!place) continue
    const text = reading(value)
    if (place.textContent === text) continue
    place.textContent = text
    place.parentElement.classList.remove('none')
  }
  for (const [name, since] of Object.entries(seen.since ?? {})) {
    const place = card.querySelector(`[data-field-since="${CSS.escape(name)}"]`)
    if (!place || place.dataset.since === String(since)) continue
    place.dataset.since = since
    tellTimes(card)
  }
}

function light(lamp, color) {
  if (lamp.dataset.color === color) return
  lamp.dataset.color = color
  lamp.setAttribute('aria-label', color)
  lamp.nextElementSibling.textContent = colorWord(color)
}

const colorWord = (color) => say(`color_${color}`).replace(/^color_/, '')
const choiceWord = (value) => (typeof value === 'boolean' ? reading(value) : say(`choice_${value}`).replace(/^choice_/, ''))

for (const [device, seen] of Object.entries(pageData.values ?? {})) show(device, seen)
listen('values', (message) => { for (const [device, seen] of Object.entries(message.devices)) show(device, seen) })
listen('worker', (worker) => workerIs(worker.connected))
listen('connected', () => call('GET', '/api/workers').then((workers) => workerIs(workers.some((one) => one.connected)), () => undefined))
setInterval(() => { for (const [device, time] of heardAt) tellAge(cards.get(device), time) }, 5000)

/** How old the values are; old ones are pale. */
function tellAge(card, time) {
  card.querySelector('.heard').textContent = ago(time)
  card.classList.toggle('device-old', Date.now() - time > OLD)
}

// --- commands ------------------------------------------------------------------------------------------------------

for (const [device, card] of cards) {
  for (const button of card.querySelectorAll('.try')) button.addEventListener('click', () => tryCommand(device, button.dataset.command))
  for (const fault of card.querySelectorAll('[data-fault]')) fault.addEventListener('change', () => switchFault(device, fault))
}

async function tryCommand(device, id) {
  const command = typeOf(device).commands.find((one) => one.id === id)
  const fields = new Map(typeOf(device).fields.map((field) => [field.name, spoken(field.label, field.name)]))
  const inputs = Object.entries(command.values?.properties ?? {}).map(([name, schema]) => input(name, schema, schema.title ?? fields.get(name) ?? name))
  const asked = make('div', { class: 'stack' }, ...inputs.map((one) => one.element))
  const name = spoken(registry.devices.find((one) => one.id === device).label, device)
  if (!(await question(say('send_command', spoken(command.label, id), name), asked, say('send')))) return
  const values = Object.fromEntries(inputs.map((one) => [one.name, one.value()]).filter(([, value]) => value !== undefined))
  try {
    const answer = await askWorker(`/api/devices/${encodeURIComponent(device)}/command`, { command: id, values })
    toast(answer.ok ? say('sent') : say('not_sent', answer.detail), { bad: !answer.ok })
  } catch (failure) { complain(failure) }
}

/** A control for one value of a command, by its JSON Schema; `label`: what it is called, as the field that it sets. */
function input(name, schema, label) {
  const id = `value-${name}`
  if (Array.isArray(schema.enum)) {
    const word = schema.enum.includes('red') ? colorWord : choiceWord
    const radios = schema.enum.map((value, index) => make('label', {}, make('input', { type: 'radio', name: id, value: JSON.stringify(value), checked: index === 0 }), word(value)))
    const box = make('fieldset', { class: 'field' }, make('legend', {}, label), make('div', { class: 'seg' }, radios))
    return { name, element: box, value: () => JSON.parse(box.querySelector('input:checked').value) }
  }
  if (schema.type === 'boolean') {
    const box = make('input', { type: 'checkbox', id })
    return { name, element: make('label', { class: 'check' }, box, label), value: () => box.checked }
  }
  const isNumber = schema.type === 'number' || schema.type === 'integer'
  const box = make('input', { id, type: isNumber ? 'number' : 'text', step: schema.type === 'integer' ? 1 : 'any', min: schema.minimum, max: schema.maximum, value: schema.default ?? schema.minimum ?? '' })
  const range = isNumber && schema.minimum !== undefined && schema.maximum !== undefined ? `${schema.minimum} – ${schema.maximum}` : ''
  return {
    name,
    element: make('div', { class: 'field' }, make('label', { for: id }, label), box, range ? make('span', { class: 'field-hint' }, range) : null),
    value: () => (box.value === '' ? undefined : isNumber ? Number(box.value) : box.value),
  }
}

// --- where used ----------------------------------------------------------------------------------------------------

function showWhereUsed(device, name) {
  const type = typeOf(device)
  const ofFields = type.fields.map((field) => ({ title: spoken(field.label, field.name), uses: usesOf('fields', `${type.id}.${field.name}`) }))
  showUses(say('where_used', name), [{ uses: usesOf('devices', device) }, ...ofFields])
}

learnUses().then(() => {
  for (const [device, card] of cards) {
    const button = card.querySelector('.used')
    count(button, usesOf('devices', device))
    button.addEventListener('click', () => showWhereUsed(device, card.querySelector('.device-name').textContent))
  }
})

// --- snoozing ------------------------------------------------------------------------------------------------------

readSnoozes(() => { for (const [device, card] of cards) put(card.querySelector('.device-snoozes'), ...snoozesOf('device', device).map((one) => snoozeBadge(one))) })
for (const [device, card] of cards) card.querySelector('.snooze').addEventListener('click', () => openSnooze({ device }, card.querySelector('.device-name').textContent))

// --- faults --------------------------------------------------------------------------------------------------------

/** Boxes that the person has switched: what the devices said before that is old. */
const switched = new Set()

async function switchFault(device, box) {
  switched.add(box)
  const name = `${cards.get(device).querySelector('.device-name').textContent} – ${box.parentElement.textContent.trim()}`
  box.disabled = true
  try {
    const answer = await askWorker(`/api/devices/${encodeURIComponent(device)}/fault`, { fault: box.dataset.fault, on: box.checked })
    if (!answer.ok) throw new Error(say('not_sent', answer.detail))
    toast(say(box.checked ? 'fault_on' : 'fault_off', name))
  } catch (failure) {
    box.checked = !box.checked
    complain(failure)
  }
  box.disabled = false
}

/** Whether a worker is there. Which faults are on can be asked as soon as one is. */
function workerIs(there) {
  document.getElementById('no-worker').hidden = there
  if (there && !asked && document.querySelector('[data-fault]')) {
    asked = true
    faultsNow().catch(() => { asked = false })
  }
}

/** Which faults are on, the virtual devices say themselves, retained. */
async function faultsNow() {
  const seen = await askWorker('/api/registry/browse', { filter: 'fleet/+/status', seconds: 1 })
  for (const { topic, payload } of seen.topics ?? []) {
    const on = new Set((typeof payload === 'string' ? JSON.parse(payload) : payload)?.faults ?? [])
    for (const box of cards.get(topic.split('/')[1])?.querySelectorAll('[data-fault]') ?? []) if (!switched.has(box)) box.checked = on.has(box.dataset.fault)
  }
}

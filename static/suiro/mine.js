// Make it mine: what stands for what. The server says what fits; this only asks and shows.
import { call, complain, make, onlyNewest, pageData, problemList, say } from './page.js'

const { name, mine, choice, title } = pageData
const at = (id) => document.getElementById(id)
const path = `/api/gallery/${encodeURIComponent(name)}/mine`
const PAUSE = 250
let timer = null
const asks = onlyNewest()

const typeOf = (id) => mine.real.types.find((type) => type.id === id)
const named = (one) => (one.label === one.id ? one.id : `${one.label} (${one.id})`)
const withUnit = (field) => `${named(field)}${field.unit ? ` · ${field.unit}` : ''}`

/** A select of things; `changed` hears what was chosen. */
function select(id, things, value, changed, { none = say('mine_leave'), shown = named } = {}) {
  const option = (key, text) => make('option', { value: key, selected: key === (value ?? '') }, text)
  return make('select', { id, onchange: (event) => { changed(event.target.value); ask() } }, option('', none), things.map((one) => option(one.id, shown(one))))
}

const line = (id, label, control, place) => make('div', { class: 'mine-line', 'data-place': place },
  make('label', { for: id, class: 'mine-what' }, label), make('span', { class: 'mine-arrow', 'aria-hidden': 'true' }, '→'),
  make('div', { class: 'stack-tight' }, control, make('span', { class: 'field-hint mine-note', role: 'status' })))

function typeCard(needed) {
  const body = make('div', { class: 'stack' })
  const draw = () => body.replaceChildren(...typeLines(needed))
  const chosen = (id) => {
    const suggested = pageData.choice.types[needed.id]
    choice.types[needed.id] = { to: id, fields: suggested?.to === id ? { ...suggested.fields } : sameFields(needed, id), devices: null }
    choice.commands[needed.id] ??= {}
    for (const one of needed.devices) delete choice.devices[one.id]
    draw()
  }
  const id = `type-${needed.id}`
  draw()
  return make('section', { class: 'card stack', 'data-type': needed.id, 'aria-labelledby': `${id}-title` },
    make('h2', { id: `${id}-title` }, needed.label, make('span', { class: 'small muted mine-count' }, say('mine_virtual', needed.count))),
    line(id, say('section_types'), select(id, mine.real.types, choice.types[needed.id]?.to, chosen), `type:${needed.id}`), body)
}

/** By name or by what people call it, as far as that goes without the server. */
function sameFields(needed, id) {
  const known = typeOf(id)?.fields ?? []
  return Object.fromEntries(needed.fields.flatMap((field) => {
    const found = known.find((one) => one.id === field.id || one.label === field.label)
    return found ? [[field.id, found.id]] : []
  }))
}

function typeLines(needed) {
  const of = choice.types[needed.id]
  const type = typeOf(of?.to)
  if (!type) return [make('p', { class: 'small muted' }, say('mine_stays'))]
  const fields = needed.fields.map((field) => {
    const id = `field-${needed.id}-${field.id}`
    return line(id, withUnit(field), select(id, type.fields, of.fields[field.id], (to) => { of.fields[field.id] = to }, { none: say('mine_none'), shown: withUnit }), `field:${needed.id}:${field.id}`)
  })
  return [...group(say('fields'), fields), ...deviceLines(needed, type, of), ...group(say('commands'), needed.commands.flatMap((command) => commandLines(needed, command, type)))]
}

const group = (label, lines) => (lines.length ? [make('h3', {}, label), ...lines] : [])

function deviceLines(needed, type, of) {
  const few = Array.isArray(of.devices)
  const list = make('div', { class: 'filter-chips', hidden: !few }, type.devices.map((one) => make('label', { class: 'filter-chip' },
    make('input', { type: 'checkbox', value: one.id, checked: few && of.devices.includes(one.id), onchange: () => { of.devices = picked(list); ask() } }), make('span', {}, one.label))))
  const which = (value, text) => make('label', {}, make('input', { type: 'radio', name: `which-${needed.id}`, value, checked: (value === 'few') === few, onchange: () => {
    of.devices = value === 'few' ? picked(list) : null
    list.hidden = value !== 'few'
    ask()
  } }), text)
  const read = needed.fields.length ? [make('fieldset', { class: 'field' }, make('legend', {}, say('mine_read')), make('div', { class: 'seg' }, which('all', say('mine_all', type.devices.length)), which('few', say('mine_some'))), list)] : []
  const singly = needed.devices.map((one) => {
    const id = `device-${one.id}`
    return line(id, one.label, select(id, type.devices, choice.devices[one.id], (to) => { if (to) choice.devices[one.id] = to; else delete choice.devices[one.id] }, { none: say('mine_none') }), `device:${one.id}`)
  })
  return group(say('devices'), [...read, ...singly])
}

const picked = (list) => [...list.querySelectorAll(':checked')].map((box) => box.value)

function commandLines(needed, command, type) {
  const all = (choice.commands[needed.id] ??= {})
  const of = (all[command.id] ??= { to: type.commands.find((one) => one.id === command.id)?.id ?? '', values: {} })
  const real = type.commands.find((one) => one.id === of.to)
  const id = `command-${needed.id}-${command.id}`
  const values = make('div', { class: 'stack mine-inner' })
  const draw = (known) => values.replaceChildren(...(known ? command.values.flatMap((value) => valueLines(`${id}-${value.name}`, value, known, of)) : []))
  draw(real)
  const chosen = (to) => { of.to = to; draw(type.commands.find((one) => one.id === to)) }
  return [line(id, command.label, select(id, type.commands, of.to, chosen, { none: say('mine_none') }), `command:${needed.id}:${command.id}`), values]
}

function valueLines(id, value, real, of) {
  const rule = (of.values[value.name] ??= { to: value.name, values: {} })
  const names = Object.keys(real.values)
  if (!names.includes(rule.to)) rule.to = names.includes(value.name) ? value.name : names.length === 1 ? names[0] : rule.to
  const sent = make('div', { class: 'stack' })
  const draw = () => sent.replaceChildren(...value.sent.map((one, index) => sentLine(`${id}-${index}`, one, real.values[rule.to] ?? [], rule)))
  draw()
  if (names.length < 2 && value.name === rule.to) return [sent]
  return [line(id, say('mine_value', value.name), select(id, names.map((one) => ({ id: one, label: one })), rule.to, (to) => { rule.to = to; draw() }, { none: say('mine_none') }), ''), sent]
}

function sentLine(id, one, options, rule) {
  const alike = options.find((option) => option.label.toLowerCase() === one.label.toLowerCase())
  if (alike && rule.values[one.id] === undefined && alike.id !== one.id) rule.values[one.id] = parsed(alike.id)
  const now = JSON.stringify(rule.values[one.id] ?? JSON.parse(one.id))
  const set = (written) => { if (written === one.id) delete rule.values[one.id]; else rule.values[one.id] = written === '' ? '' : parsed(written) }
  const control = options.length
    ? select(id, options, options.some((option) => option.id === now) ? now : '', set, { none: say('mine_none'), shown: (option) => option.label })
    : make('input', { id, value: shownValue(now), oninput: (event) => { set(event.target.value === one.label ? one.id : event.target.value); ask() } })
  return line(id, one.label, control, '')
}

const shownValue = (written) => { const value = JSON.parse(written); return typeof value === 'string' ? value : written }
function parsed(written) { try { return JSON.parse(written) } catch { return written } }

function thingsCard(section, things) {
  if (!things.length) return null
  const all = (choice[section] ??= {})
  return make('section', { class: 'card stack', 'data-section': section }, make('h2', {}, say(`section_${section}`)), things.map((one) => {
    const id = `${section}-${one.id}`
    return line(id, one.label, select(id, mine.real[section], all[one.id], (to) => { if (to) all[one.id] = to; else delete all[one.id] }), `${section}:${one.id}`)
  }))
}

const wish = () => ({ ...choice, title: at('title').value })

function ask() {
  clearTimeout(timer)
  timer = setTimeout(async () => {
    const counts = asks()
    try {
      const found = await call('POST', `${path}/check`, wish())
      if (counts()) shown(found)
    } catch (failure) { complain(failure) }
  }, PAUSE)
}

function marks(fits) {
  for (const row of document.querySelectorAll('.mine-line')) {
    const fit = fits[row.dataset.place]
    row.classList.toggle('mine-bad', fit?.ok === false)
    row.classList.toggle('mine-open', fit?.open === true)
    row.querySelector('.mine-note').textContent = fit?.note ?? ''
    row.querySelector('select, input')?.setAttribute('aria-invalid', String(fit?.ok === false))
  }
}

function shown({ fits, problems, tests, kept }) {
  marks(fits)
  const bad = Object.values(fits).some((fit) => !fit.ok)
  at('problems').replaceChildren(...problemList(problems))
  at('tests').textContent = tests ? say(kept === tests ? 'mine_tests' : 'mine_some_tests', kept, tests) : ''
  at('make').setAttribute('aria-disabled', String(bad))
  at('mine').dataset.checked = bad ? 'unfit' : problems.some((one) => one.severity === 'error') ? 'problems' : 'sound'
}

at('mine').addEventListener('submit', async (event) => {
  event.preventDefault()
  try {
    const made = await call('POST', path, wish())
    location.assign(`/flows/${made.flow}/`)
  } catch (failure) {
    if (failure.body?.fits) marks(failure.body.fits)
    complain(failure)
  }
})

at('title').value = title
at('no-types').hidden = mine.real.types.length > 0
at('needs').append(...[...mine.types.map(typeCard), thingsCard('destinations', mine.destinations), thingsCard('models', mine.models), thingsCard('tables', mine.tables)].filter(Boolean))
ask()

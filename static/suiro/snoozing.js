// Snoozing: what is held back now or later, and the dialog that a person does it with.
import { call, complain, lang, locale, listen, make, onlyNewest, say, toast } from './page.js'

const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' })
const date = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' })
const number = new Intl.NumberFormat(lang)
const HOUR = 3_600_000
const readers = []
let known = []

export const snoozesOf = (what, id) => known.filter((one) => one[what] === id && one.until > Date.now())

/** Those that hold or will, of devices whatever the flow. */
export const deviceSnoozes = () => known.filter((one) => one.device && !one.flow && one.until > Date.now())

/** `read` is called with all snoozes now and whenever they change. */
export function readSnoozes(read) {
  readers.push(read)
  if (readers.length === 1) renew()
  else read(known)
}

const asks = onlyNewest()

/** The newest question counts, whatever is answered last. */
async function renew() {
  const counts = asks()
  try {
    const found = await call('GET', '/api/snoozes')
    if (!counts()) return
    known = found
    for (const read of readers) read(known)
  } catch { /* the next change or minute asks again */ }
}

let due = null
const later = () => { due ??= setTimeout(() => { due = null; renew() }, 1000) }
for (const what of ['connected', 'snoozes']) listen(what, renew)
listen('notice', (notice) => { if (notice.snoozed) later() })
setInterval(() => { if (!document.hidden && readers.length) renew() }, 30_000)

const clock = (ms) => (new Date(ms).toDateString() === new Date().toDateString() ? time : date).format(ms)

/** One line: until when, or from when until when. */
export function snoozeWords(one) {
  return one.start > Date.now() ? say('snooze_planned', clock(one.start), clock(one.until)) : say('snoozed_until', clock(one.until))
}

export function snoozeBadge(one, name = '') {
  const count = one.count ? ` · ${say('held_back', number.format(one.count))}` : ''
  return make('a', { class: one.start > Date.now() ? 'badge' : 'badge badge-accent', href: '/inbox/?state=snoozed', 'data-snooze': one.id, title: one.reason || null }, `${name ? `${name} · ` : ''}${snoozeWords(one)}${count}`)
}

export async function endSnooze(one) {
  try {
    await call('DELETE', `/api/snoozes/${one.id}`)
    await renew()
  } catch (failure) { complain(failure) }
}

// --- the dialog --------------------------------------------------------------------------------------------------------

const CHOICES = ['hour', 'morning', 'until', 'maintenance']

/** Ask how long, and do it. `what` is {flow} or {device}, `name` what people call it. */
export function openSnooze(what, name) {
  const field = (id, word, value) => make('div', { class: 'field', 'data-for': id }, make('label', { for: `snooze-${id}` }, say(word)), make('input', { id: `snooze-${id}`, name: id, type: 'datetime-local', value: local(value) }))
  const form = make('form', { class: 'stack' },
    make('fieldset', { class: 'field' }, make('legend', {}, say('snooze_how_long')),
      make('div', { class: 'seg' }, CHOICES.map((choice, index) => make('label', {}, make('input', { type: 'radio', name: 'choice', value: choice, checked: index === 0 }), say(`snooze_${choice}`))))),
    make('div', { class: 'grid-two snooze-times', hidden: true }, field('start', 'snooze_from', Date.now() + HOUR), field('end', 'snooze_to', Date.now() + 24 * HOUR)),
    make('label', { class: 'check' }, make('input', { type: 'checkbox', name: 'commands' }), say('snooze_commands')),
    make('div', { class: 'field' }, make('label', { for: 'snooze-reason' }, say('snooze_reason')), make('input', { id: 'snooze-reason', name: 'reason', maxlength: 200 })),
    make('p', { class: 'small muted' }, say('snooze_about')),
    make('div', { class: 'field-problem', role: 'alert' }))
  const close = make('button', { class: 'btn', type: 'button', onclick: () => dialog.close() }, say('no'))
  const yes = make('button', { class: 'btn btn-primary', type: 'submit', id: 'snooze-yes' }, say('snooze_do'))
  form.append(make('div', { class: 'row dialog-buttons' }, close, yes))
  const dialog = make('dialog', { class: 'dialog', 'aria-labelledby': 'snooze-title', id: 'snooze' },
    make('div', { class: 'dialog-head' }, make('h2', { id: 'snooze-title' }, say('snooze_title', name))), make('div', { class: 'dialog-body' }, form))
  form.addEventListener('change', () => showTimes(form))
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    try {
      const one = await call('POST', '/api/snoozes', wish(what, form.elements))
      dialog.close()
      toast(snoozeWords(one), { action: { label: say('undo'), run: () => endSnooze(one) } })
      await renew()
    } catch (failure) { form.querySelector('.field-problem').textContent = failure.message }
  })
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}

function showTimes(form) {
  const choice = form.elements.choice.value
  form.querySelector('.snooze-times').hidden = choice === 'hour' || choice === 'morning'
  form.querySelector('[data-for=start]').hidden = choice !== 'maintenance'
}

function wish(what, fields) {
  const choice = fields.choice.value
  const ms = (field) => (field.value ? new Date(field.value).getTime() : 0)
  const times = choice === 'maintenance' ? { start: ms(fields.start), until: ms(fields.end) } : choice === 'until' ? { until: ms(fields.end) } : { choice }
  return { ...what, ...times, commands: fields.commands.checked, reason: fields.reason.value }
}

/** As a datetime-local field has it, to the minute, where the person is. */
function local(ms) {
  const at = new Date(ms)
  return new Date(ms - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

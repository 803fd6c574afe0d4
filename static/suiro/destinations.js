// Destinations: add, change, forget, test.
import { call, complain, lang, locale, listen, make, pageData, question, say } from './page.js'
import { count, learnUses, showUses, usesOf } from './uses.js'

const known = JSON.parse(document.getElementById('destinations').textContent)
const dialog = document.getElementById('edit')
const form = document.getElementById('edit-form')

function open(row) {
  form.reset()
  const fields = form.elements
  fields.id.value = row?.id ?? ''
  fields.id.readOnly = Boolean(row)
  fields.label_ja.value = row?.label.ja ?? ''
  fields.label_en.value = row?.label.en ?? ''
  fields.also.value = (row?.also ?? []).join(', ')
  fields.service.value = row?.service ?? 'inbox'
  showService(row)
  dialog.showModal()
}

function showService(row) {
  const service = form.elements.service.value
  document.getElementById('d-address-field').hidden = service === 'inbox' || service === 'email'
  document.getElementById('d-mail').hidden = service !== 'email'
  for (const hint of form.querySelectorAll('[data-for]')) hint.hidden = hint.dataset.for !== service
  const kept = Boolean(row?.has_address && row.service === service && service !== 'inbox')
  document.getElementById('d-kept').hidden = !kept
  form.elements.address.required = (service === 'slack' || service === 'webhook') && !kept
  for (const name of ['mail_to', 'mail_server']) form.elements[name].required = service === 'email' && !kept
}

let shown = null
document.getElementById('add').addEventListener('click', () => { shown = null; open(null) })
form.addEventListener('change', (event) => { if (event.target.name === 'service') showService(shown) })
form.elements.label_en.addEventListener('input', () => {
  if (!form.elements.id.readOnly) form.elements.id.value = form.elements.label_en.value.trim().toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
})

for (const row of document.querySelectorAll('[data-destination]')) {
  const entry = known.find((one) => one.id === row.dataset.destination)
  row.querySelector('.edit').addEventListener('click', () => { shown = entry; open(entry) })
  row.querySelector('.test').addEventListener('click', async (event) => {
    const result = row.querySelector('.test-result')
    event.target.disabled = true
    result.replaceChildren(make('span', { class: 'row muted' }, make('span', { class: 'spinner' }), say('testing')))
    try {
      const answer = await call('POST', `/api/destinations/${encodeURIComponent(entry.id)}/test`, { text: say('test_text') })
      const came = answer.ok ? answer.detail || say('test_arrived', clock.format(Date.now())) : say('not_sent', answer.detail)
      result.replaceChildren(make('span', { class: answer.ok ? 'good' : 'bad' }, came),
        answer.ok && entry.service === 'inbox' ? make('a', { href: '/inbox/' }, say('see_inbox')) : '')
    } catch (failure) {
      result.replaceChildren()
      complain(failure)
    }
    event.target.disabled = false
  })
  row.querySelector('form').addEventListener('submit', async (event) => {
    event.preventDefault()
    const asked = make('p', {}, say('confirm_forget', event.target.dataset.ask))
    if (await question(event.target.dataset.ask, asked, say('yes_forget'), { danger: true })) event.target.submit()
  })
}

// --- state and uses ------------------------------------------------------------------------------------------------

const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' })
const number = new Intl.NumberFormat(lang)
const STATES = { closed: 'badge badge-good', open: 'badge badge-bad', half_open: 'badge badge-warn' }
const URGENT = ['open', 'half_open', 'closed']
const workers = new Map()

/** The worst that any worker says of a destination. */
function showWays(worker) {
  workers.set(worker.id, worker.destinations ?? [])
  for (const row of document.querySelectorAll('[data-destination]')) {
    const ways = [...workers.values()].flat().filter((way) => way.id === row.dataset.destination)
    const worst = ways.sort((one, other) => URGENT.indexOf(one.state) - URGENT.indexOf(other.state))[0]
    if (!worst) continue
    const waiting = ways.reduce((sum, way) => sum + (way.waiting ?? 0) + (way.on_disk ?? 0), 0)
    row.querySelector('.way').replaceChildren(
      make('span', { class: STATES[worst.state] ?? 'badge', 'data-state': worst.state }, say(`state_${worst.state}`)),
      worst.retry_in > 0 ? make('span', { class: 'muted' }, ` ${say('next_try', number.format(Math.ceil(worst.retry_in)))}`) : '',
      waiting ? make('span', { class: 'muted' }, ` ${say('waiting_there', number.format(waiting))}`) : '')
  }
}

for (const worker of pageData.workers ?? []) showWays(worker)
listen('worker', showWays)
setInterval(() => { if (!document.hidden) call('GET', '/api/workers').catch(() => undefined) }, 5000)

learnUses().then(() => {
  for (const row of document.querySelectorAll('[data-destination]')) {
    const uses = usesOf('destinations', row.dataset.destination)
    const button = row.querySelector('.used')
    count(button, uses, 'flows_count')
    button.addEventListener('click', () => showUses(say('where_used', row.querySelector('.strong').textContent), [{ uses }]))
  }
})

// Destinations: add, change, forget, test.
import { call, complain, make, question, say, toast } from './page.js'

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
    event.target.disabled = true
    try {
      const answer = await call('POST', `/api/destinations/${encodeURIComponent(entry.id)}/test`, { text: say('test_text') })
      toast(answer.ok ? say('sent') : say('not_sent', answer.detail), { bad: !answer.ok })
    } catch (failure) { complain(failure) }
    event.target.disabled = false
  })
  row.querySelector('form').addEventListener('submit', async (event) => {
    event.preventDefault()
    const asked = make('p', {}, say('confirm_forget', event.target.dataset.ask))
    if (await question(event.target.dataset.ask, asked, say('yes_forget'), { danger: true })) event.target.submit()
  })
}

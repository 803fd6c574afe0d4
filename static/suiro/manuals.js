// Documents: uploaded, read, asked, renamed, deleted.
import { oneFile } from './one-file.js'
import { call, complain, lang, listen, make, onlyNewest, pageData, question, say, settle } from './page.js'

const known = new Map(pageData.manuals.map((manual) => [manual.id, manual]))
const find = (id) => document.getElementById(id)

for (const row of document.querySelectorAll('[data-manual]')) {
  const manual = known.get(row.dataset.manual)
  row.querySelector('.view').addEventListener('click', () => view(manual))
  row.querySelector('.rename').addEventListener('click', () => rename(manual))
  row.querySelector('.forget').addEventListener('click', () => forget(manual))
}

/** The page anew, with this document in sight. */
function shown(manual) {
  location.hash = `manual-${manual.id}`
  location.reload()
}

oneFile({ title: 'manual-title', longest: 120, field: 'title', address: '/api/documents', heavy: 'manual_heavy', reading: 'manual_reading', sent: shown })

// --- its title, its end --------------------------------------------------------------------------------------------

let renamed = null

function rename(manual) {
  renamed = manual
  find('new-title').value = manual.title
  find('rename').showModal()
}

find('rename-form').addEventListener('submit', async (event) => {
  event.preventDefault()
  try { shown(await call('PUT', `/api/documents/${renamed.id}`, { title: find('new-title').value })) } catch (failure) { complain(failure) }
})

async function forget(manual) {
  const asking = [make('p', {}, say('confirm_forget_manual', manual.title))]
  if (manual.flows.length > 0) asking.push(make('p', {}, say('manual_used')), make('ul', { class: 'faults-list' }, manual.flows.map((flow) => make('li', {}, flow.name))))
  if (!(await question(say('yes_delete'), asking, say('yes_delete'), { danger: true }))) return
  await call('DELETE', `/api/documents/${manual.id}`).then(() => location.reload(), complain)
}

// --- what was read of it -------------------------------------------------------------------------------------------

let viewed = null
let start = 0

async function view(manual) {
  viewed = manual
  start = 0
  find('text-title').textContent = manual.title
  find('sections').replaceChildren()
  find('text').showModal()
  await more()
}

async function more() {
  const [manual, from] = [viewed, start]
  try {
    const page = await call('GET', `/api/documents/${manual.id}?start=${from}`)
    if (manual !== viewed || from !== start) return
    find('sections').append(...page.sections.flatMap((section, i) => [make('h3', {}, section.place || say('manual_part', start + i + 1)), make('p', {}, section.text)]))
    start += page.sections.length
    find('more').hidden = !page.more
  } catch (failure) { complain(failure) }
}

find('more').addEventListener('click', more)

// --- a question ----------------------------------------------------------------------------------------------------

find('ask')?.addEventListener('submit', async (event) => {
  event.preventDefault()
  try {
    const { found } = await call('POST', '/api/documents/ask', { question: find('question').value })
    find('answers').replaceChildren(...(found.length > 0 ? found.map(passage) : [make('p', { class: 'muted' }, say('manual_not_there'))]))
  } catch (failure) { complain(failure) }
})

function passage(one) {
  const percent = new Intl.NumberFormat(lang, { style: 'percent' }).format(one.score)
  const where = [one.title, one.place].filter(Boolean).join(', ')
  return make('div', { class: 'passage' }, make('h3', {}, `${where} · ${say('manual_covers', percent)}`), make('p', {}, one.text))
}

// --- vectors -------------------------------------------------------------------------------------------------------

const vectors = (page) => page.querySelector('[data-testid=vectors]')

const asks = onlyNewest()

/** Says how far they are, while they are being made. The newest question counts, whatever is answered last. */
async function tellVectors() {
  if (!vectors(document)) return
  const counts = asks()
  const answer = await fetch(location.pathname)
  const told = answer.ok ? vectors(new DOMParser().parseFromString(await answer.text(), 'text/html')) : null
  if (told && counts()) settle(vectors(document), document.adoptNode(told))
}

for (const what of ['connected', 'documents']) listen(what, tellVectors)

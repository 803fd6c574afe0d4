// Tables: look into them, rename, delete; adding and replacing is in upload.js.
import { call, complain, lang, make, onlyNewest, pageData, question, say } from './page.js'
import { cellText } from './changes.js'
import { upload } from './upload.js'

const known = new Map((pageData.tables ?? []).map((table) => [table.id, table]))
const find = (id) => document.getElementById(id)
const number = new Intl.NumberFormat(lang)

find('add').addEventListener('click', () => upload(null))
for (const row of document.querySelectorAll('[data-table]')) {
  const table = known.get(row.dataset.table)
  row.querySelector('.view').addEventListener('click', () => view(table))
  row.querySelector('.replace').addEventListener('click', () => upload(table))
  row.querySelector('.rename').addEventListener('click', () => rename(table))
  row.querySelector('.forget').addEventListener('click', () => forget(table))
}

// --- what it holds -------------------------------------------------------------------------------------------------

let shown = null
const asks = onlyNewest()

function view(table) {
  shown = table
  find('view-title').textContent = table.shown
  find('view-search').value = ''
  find('view-rows').replaceChildren()
  find('view').showModal()
  load()
}

async function load() {
  const counts = asks()
  const query = new URLSearchParams({ q: find('view-search').value })
  try {
    const table = await call('GET', `/api/tables/${encodeURIComponent(shown.id)}?${query}`)
    if (!counts()) return
    find('view-count').textContent = say('rows_shown', number.format(table.rows.length), number.format(table.found))
    const head = table.columns.map((column) => make('th', { class: isNumber(column) ? 'number' : null }, column.shown, column.unit ? ` (${column.unit})` : '',
      column.name === table.key ? make('span', { class: 'badge badge-accent' }, say('key')) : null,
      column.shown === column.name ? null : make('div', { class: 'mono faint' }, column.name)))
    const cells = (row) => row.map((value, place) => make('td', { class: isNumber(table.columns[place]) ? 'number' : null }, cellText(value)))
    find('view-rows').replaceChildren(make('table', { class: 'table small' }, make('thead', {}, make('tr', {}, head)),
      make('tbody', {}, table.rows.map((row) => make('tr', {}, cells(row))))))
  } catch (failure) { complain(failure) }
}

const isNumber = (column) => column.type === 'number' || column.type === 'integer'
let pause = null
find('view-search').addEventListener('input', () => { clearTimeout(pause); pause = setTimeout(load, 200) })

// --- its words -----------------------------------------------------------------------------------------------------

let renamed = null

function rename(table) {
  renamed = table
  find('r-ja').value = table.label.ja ?? ''
  find('r-en').value = table.label.en ?? ''
  find('r-also').value = table.also.join(', ')
  find('rename').showModal()
}

find('rename-form').addEventListener('submit', async (event) => {
  event.preventDefault()
  const label = { ja: find('r-ja').value, en: find('r-en').value }
  const also = find('r-also').value.split(/[,、]/)
  try {
    await call('PUT', `/api/tables/${encodeURIComponent(renamed.id)}`, { label, also })
    location.reload()
  } catch (failure) { complain(failure) }
})

// --- away with it --------------------------------------------------------------------------------------------------

async function forget(table) {
  const used = table.flows.length ? [
    make('p', {}, say('table_used')),
    make('ul', { class: 'faults-list' }, table.flows.map((flow) => make('li', {}, flow.name))),
    make('p', { class: 'muted' }, say('table_used_still'))] : []
  const asking = [make('p', {}, say('confirm_forget_table', table.shown)), ...used]
  if (!(await question(say('yes_delete'), asking, say('yes_delete'), { danger: true }))) return
  await call('DELETE', `/api/tables/${encodeURIComponent(table.id)}`).then(() => location.reload(), complain)
}

// A table from a file: choose it, see what it would be, put its columns right, keep it.
import { call, lang, make, onlyNewest, say } from './page.js'
import { changeList } from './changes.js'

const find = (id) => document.getElementById(id)
const dialog = find('upload')
const TYPES = ['number', 'integer', 'boolean', 'string']
const NAMES = ['t-ja', 't-en', 't-id', 't-also']
const number = new Intl.NumberFormat(lang)

/** The table whose rows are replaced (null: a new one), the file in memory, what the server found in it, what was said. */
let table = null
let file = null
let found = null
let said = {}
const asks = onlyNewest()
let pause = null

export function upload(replaced) {
  asks() // what a file of before was found to be is no answer here
  clearTimeout(pause)
  table = replaced
  file = found = null
  said = {}
  find('upload-title').textContent = table ? say('replace_rows_of', table.shown) : say('new_table')
  find('upload-save').textContent = table ? say('replace_rows') : say('add_table')
  find('names').hidden = Boolean(table)
  for (const id of NAMES) { find(id).value = ''; delete find(id).dataset.own }
  find('example-new').hidden = Boolean(table)
  find('example-now').hidden = !table
  if (table) find('example-now').href = `/api/tables/${encodeURIComponent(table.id)}/csv`
  chosen(false)
  dialog.showModal()
}

function chosen(is) {
  find('drop').hidden = find('example-line').hidden = is
  find('file-line').hidden = !is
  find('upload-foot').hidden = !is
  find('looked').hidden = true
  find('upload-problem').replaceChildren()
}

// --- the file ------------------------------------------------------------------------------------------------------

find('file').addEventListener('change', (event) => {
  const [one] = event.target.files
  event.target.value = '' // so that the same file, put right in the meantime, can be chosen again
  take(one)
})
find('file').addEventListener('keydown', (event) => { if (event.key === 'Enter') { event.preventDefault(); event.target.click() } })
find('other-file').addEventListener('click', () => find('file').click())
find('upload-cancel').addEventListener('click', () => dialog.close())
for (const name of ['dragover', 'dragleave', 'drop']) {
  dialog.addEventListener(name, (event) => {
    event.preventDefault()
    find('drop').classList.toggle('over', name === 'dragover')
    if (name === 'drop') take(event.dataTransfer.files[0])
  })
}

async function take(one) {
  if (!one) return
  chosen(true)
  find('other-file').focus()
  find('file-name').textContent = one.name
  find('file-facts').textContent = say('reading')
  try {
    file = one.size > 5 * 1024 * 1024 ? new File([new Uint8Array(5 * 1024 * 1024 + 1)], one.name) : new File([await one.arrayBuffer()], one.name)
  } catch {
    return troubled(say('failed'))
  }
  said = {}
  found = null
  look()
}

for (const name of ['encoding', 'separator']) {
  find(name).addEventListener('change', (event) => { said = { encoding: find('encoding').value, separator: find('separator').value, [name]: event.target.value }; found = null; look() })
}

// --- what it would be ----------------------------------------------------------------------------------------------

function sent() {
  const body = new FormData()
  body.append('file', file)
  body.append('wish', JSON.stringify(wish()))
  return body
}

function wish() {
  const words = table ? {} : { id: find('t-id').value.trim(), label: { ja: find('t-ja').value.trim(), en: find('t-en').value.trim() }, also: find('t-also').value.split(/[,、]/).map((word) => word.trim()).filter(Boolean) }
  for (const [name, text] of Object.entries(words.label ?? {})) if (!text) delete words.label[name]
  return { ...words, ...said, ...(found ? { columns: said.columns, key: said.key, base: found.base ?? null } : {}) }
}

async function look() {
  const counts = asks()
  busy(true)
  const body = sent()
  if (table) body.append('ref', table.id)
  try {
    const answer = await call('POST', '/api/table-preview', body)
    if (counts()) show(answer)
  } catch (failure) {
    if (counts()) troubled(failure.message)
  }
}

const later = () => { busy(true); clearTimeout(pause); pause = setTimeout(look, 250) }

function busy(is) {
  find('upload-save').disabled = is || !found || found.fault_count > 0 || (table && found.changes && !found.changes.any)
}

function troubled(text) {
  found = null
  find('looked').hidden = true
  find('file-facts').textContent = ''
  find('upload-problem').replaceChildren(make('div', { class: 'callout callout-bad' }, make('div', {}, text)))
  find('upload-state').textContent = ''
  busy(true)
}

function show(answer) {
  const fresh = !found
  found = answer
  find('upload-problem').replaceChildren()
  find('encoding').value = found.encoding
  find('separator').value = found.separator
  find('file-facts').textContent = say('file_facts', number.format(found.count), found.columns.length)
  if (fresh) {
    said = { ...said, columns: found.columns.map(({ place, take: taken, name, type, unit, label }) => ({ place, take: taken, name, type, unit, label })), key: found.key }
    columnLines()
    if (!table) {
      for (const [id, text] of [['t-ja', found.label.ja], ['t-en', found.label.en], ['t-id', found.id]]) {
        if (!find(id).dataset.own) find(id).value = text ?? ''
      }
    }
  }
  showFaults()
  showRows()
  find('changes').replaceChildren(...(table && found.changes ? changeList(found.changes, words()) : []))
  find('looked').hidden = false
  busy(false)
}

/** What a person calls each column. */
const words = () => Object.fromEntries([...(table?.columns ?? []).map((one) => [one.name, one.shown]),
  ...said.columns.filter((one) => one.take).map((one) => [one.name, labelOf(one) || one.name])])
const labelOf = (column) => column.label[lang] || column.label.en || Object.values(column.label)[0] || ''

// --- its columns ---------------------------------------------------------------------------------------------------

function columnLines() {
  const head = ['take', 'key', 'in_file', 'column_name', 'type', 'unit', 'shown_as'].map((word) => make('span', {}, say(word)))
  find('columns').replaceChildren(make('div', { class: 'column-lines' },
    make('div', { class: 'column-line column-head', 'aria-hidden': 'true' }, head), said.columns.map((column, index) => columnLine(column, found.columns[index]))))
}

function columnLine(column, seen) {
  const title = seen.header || say('no_header', column.place + 1)
  const named = (word) => `${say(word)}: ${title}`
  const taken = make('input', { type: 'checkbox', checked: column.take, 'aria-label': named('take') })
  const key = make('input', { type: 'radio', name: 'key-column', checked: column.place === said.key, 'aria-label': named('key') })
  const name = make('input', { class: 'mono', value: column.name, spellcheck: 'false', readonly: seen.known !== null, 'aria-label': named('column_name'), maxlength: 64 })
  const type = make('select', { 'aria-label': named('type') }, TYPES.map((one) => make('option', { value: one, selected: one === column.type }, say(`type_${one}`))))
  const unit = make('input', { value: column.unit ?? '', 'aria-label': named('unit'), maxlength: 32 })
  const label = make('input', { value: labelOf(column), 'aria-label': named('shown_as'), maxlength: 200 })
  const line = make('div', { class: 'column-line', 'data-column': column.place },
    cell('take', taken), cell('key', key),
    make('div', { class: 'column-seen' }, make('span', { class: 'strong' }, title),
      seen.known === null && table ? make('span', { class: 'badge badge-accent' }, say('new_column')) : null,
      make('span', { class: 'tiny faint truncate' }, seen.samples.join(' · '))),
    cell('column_name', name), cell('type', type), cell('unit', unit), cell('shown_as', label))
  const read = () => {
    column.take = taken.checked
    column.name = name.value.trim()
    column.type = type.value
    column.unit = unit.value.trim() || null
    if (label.value.trim() !== labelOf(column)) column.label = label.value.trim() ? { ...column.label, [lang]: label.value.trim() } : {}
    if (key.checked) said.key = column.place
    line.classList.toggle('left-out', !column.take)
    line.classList.toggle('is-key', column.place === said.key)
  }
  line.addEventListener('input', () => {
    if (key.checked) taken.checked = true
    read()
    for (const other of find('columns').querySelectorAll('.is-key')) other.classList.toggle('is-key', Number(other.dataset.column) === said.key)
    later()
  })
  read()
  return line
}

const cell = (word, control) => make('label', { class: `column-cell column-${word}` }, make('span', { class: 'column-word' }, say(word)), control)

// --- what is wrong -------------------------------------------------------------------------------------------------

function showFaults() {
  const more = found.fault_count - found.faults.length
  const line = (fault) => make('li', {}, fault.row === null ? null : make('span', { class: 'fault-place' }, fault.column === null ? say('row', fault.row) : say('row_column', fault.row, fault.column)), ' ', fault.text)
  find('faults').replaceChildren(...(found.fault_count ? [make('div', { class: 'callout callout-bad' }, make('div', { class: 'grow' },
    make('div', { class: 'strong' }, say('faults', number.format(found.fault_count))),
    make('ul', { class: 'faults-list' }, found.faults.map(line)),
    more > 0 ? make('div', { class: 'small' }, say('more', number.format(more))) : null,
    make('div', { class: 'small muted' }, say('faults_hint'))))] : []))
  const troubled = found.changes?.flows.some((flow) => flow.problems.length)
  find('upload-state').textContent = found.fault_count ? say('faults', number.format(found.fault_count)) : troubled ? say('flows_troubled') : ''
  for (const line of find('columns').querySelectorAll('[data-column]')) {
    const place = Number(line.dataset.column)
    line.classList.toggle('column-bad', found.faults.some((fault) => fault.place === place))
  }
}

function showRows() {
  const bad = new Map(found.faults.map((fault) => [`${fault.row}:${fault.place}`, fault.text]))
  const head = found.columns.map((column, index) => make('th', { class: said.columns[index].take ? null : 'left-out' }, column.header || say('no_header', column.place + 1)))
  const cells = (row) => row.cells.map((text, place) => {
    const wrong = bad.get(`${row.row}:${place}`)
    return make('td', { class: wrong ? 'cell-bad' : said.columns[place].take ? null : 'left-out', title: wrong ?? null }, text || (wrong ? '–' : ''))
  })
  const lines = []
  for (const [index, row] of found.rows.entries()) {
    if (index && row.row > found.rows[index - 1].row + 1) lines.push(make('tr', { class: 'gap' }, make('th', {}, '⋮'), make('td', { colspan: head.length })))
    lines.push(make('tr', {}, make('th', { scope: 'row', class: 'number' }, String(row.row)), cells(row)))
  }
  find('rows').replaceChildren(make('table', { class: 'table small' },
    make('thead', {}, make('tr', {}, make('th', {}, make('span', { class: 'hidden-text' }, say('row_number'))), head)), make('tbody', {}, lines)))
}

// --- keep it -------------------------------------------------------------------------------------------------------

for (const id of NAMES) find(id).addEventListener('input', (event) => { event.target.dataset.own = '1' })

find('upload-form').addEventListener('submit', async (event) => {
  event.preventDefault()
  if (!found || find('upload-save').disabled) return
  if (!table && !/^[^\s/+#{}]{1,64}$/.test(find('t-id').value.trim())) {
    find('upload-state').textContent = say('bad_id')
    return find('t-id').focus()
  }
  busy(true)
  try {
    const kept = await call('POST', table ? `/api/tables/${encodeURIComponent(table.id)}/rows` : '/api/tables', sent())
    location.hash = `table-${kept.id}`
    location.reload()
  } catch (failure) {
    if (failure.body?.code === 'conflict') await look()
    find('upload-state').textContent = failure.body?.problems?.[0]?.message ?? failure.message
    if (failure.body?.field === 'id') find('t-id').focus()
    busy(false)
  }
})

// What a model is measured on: pictures with labels, or rows of a file.
import { allowed, call, complain, make, put, say } from './page.js'

const find = (id) => document.getElementById(id)
const SHOWN = 40
let chosen = ''
let more = SHOWN

/** Show the test set; `look` reads the model anew. */
export function testSet(model, show, look) {
  find('set-about').textContent = model.picture ? say('set_pictures', model.sample_count) : say('set_rows', model.rows)
  if (model.picture) pictures(model, look)
  else rows(model, look)
}

const trouble = (failure) => find('set-problem').replaceChildren(...(failure ? [make('div', { class: 'callout callout-bad' }, make('div', {}, failure.message, failure.body?.hint ? make('div', { class: 'small muted' }, failure.body.hint) : null))] : []))

function chooser(word, accept, take) {
  const file = make('input', { type: 'file', class: 'hidden-text', accept, multiple: accept.startsWith('image'), 'aria-label': say(word), ...allowed('member') })
  file.addEventListener('change', async () => { const files = [...file.files]; file.value = ''; await take(files) })
  return make('label', { class: 'btn btn-small file-button' }, say(word), file)
}

function rows(model, look) {
  put(find('set-do'), chooser('upload_rows', '.csv,.tsv,text/csv', async ([file]) => {
    const body = new FormData()
    body.append('file', file)
    trouble(null)
    await call('POST', `/api/local-models/${model.id}/rows`, body).then(look, trouble)
  }))
  put(find('set'), make('p', { class: 'small faint' }, say('rows_hint', [...model.inputs.slice(0, 6), ...(model.inputs.length > 6 ? ['…'] : []), model.task === 'score' ? 'value' : 'label'].join(', '))))
}

function pictures(model, look) {
  if (!model.labels.includes(chosen)) chosen = model.labels[0] ?? ''
  const label = make('select', { id: 'new-label', 'aria-label': say('shows') }, options(model, [chosen]))
  label.addEventListener('change', () => { chosen = label.value })
  put(find('set-do'), label, chooser('upload_pictures', 'image/png,image/jpeg,image/webp', async (files) => {
    trouble(null)
    for (const file of files) {
      const body = new FormData()
      body.append('file', file)
      if (label.value) body.append('labels', label.value)
      try { await call('POST', `/api/local-models/${model.id}/samples`, body) } catch (failure) { trouble(failure); break }
    }
    await look()
  }))
  const some = model.samples.slice(0, more)
  put(find('set'), make('div', { class: 'sample-grid' }, some.map((sample) => tile(model, sample, look))),
    model.samples.length > more ? make('button', { type: 'button', class: 'btn btn-small', onclick: () => { more += SHOWN; pictures(model, look) } }, say('show_more')) : '')
}

/** For objects a picture may show nothing, or several things. */
const options = (model, labels) => [...(model.task === 'detect' ? [''] : []), ...model.labels].map((label) => make('option', { value: label, selected: labels.includes(label) || (label === '' && labels.length === 0) }, label || say('shows_nothing')))

function tile(model, sample, look) {
  const many = model.task === 'detect' && sample.labels.length > 1
  const label = make('select', { 'aria-label': say('shows'), multiple: many, ...allowed('member') }, options(model, sample.labels))
  label.addEventListener('change', () => call('PUT', `/api/local-models/${model.id}/samples/${sample.id}`, { labels: [...label.selectedOptions].map((one) => one.value).filter(Boolean) }).then(look, complain))
  return make('div', { class: 'sample', 'data-sample': sample.id }, make('img', { src: sample.picture, alt: sample.labels.join(', ') || say('shows_nothing'), width: sample.width, height: sample.height, loading: 'lazy' }), label,
    make('button', { type: 'button', class: 'btn btn-quiet btn-small', onclick: () => call('DELETE', `/api/local-models/${model.id}/samples/${sample.id}`).then(look, complain), ...allowed('member') }, say('delete')))
}

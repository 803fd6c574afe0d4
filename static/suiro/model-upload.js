// A model's file: chosen, looked at by the server, described, kept.
import { call, make, onlyNewest, say } from './page.js'

const MOST_BYTES = 64 * 1024 * 1024
export const TASKS = ['classify', 'score', 'detect']
const OUTPUTS = { classify: ['', 'logits'], detect: ['boxes', 'yolo'], score: [''] }
const find = (id) => document.getElementById(id)
const lines = (id) => find(id).value.split('\n').map((line) => line.trim()).filter(Boolean)

/** The model that gets a version (null: a new model), the file, what the server found, and who hears of it. */
let model = null
let file = null
let found = null
let done = null
const asks = onlyNewest()

for (const row of document.querySelectorAll('.model-task')) row.textContent = say(`task_${row.dataset.task}`)

export function upload(replaced, then) {
  asks() // what a file of before was found to be is no answer here
  model = replaced
  done = then
  file = found = null
  find('upload-title').textContent = model ? say('new_version_of', model.shown) : say('add_model')
  find('upload-save').textContent = model ? say('add_version') : say('add_the_model')
  find('names').hidden = Boolean(model)
  find('looked').hidden = true
  find('upload-save').disabled = true
  find('upload-problem').replaceChildren()
  find('file-name').textContent = find('file-name').dataset.prompt ??= find('file-name').textContent
  for (const id of ['m-ja', 'm-en', 'm-id', 'm-note']) find(id).value = ''
  find('upload').showModal()
}

find('m-task').replaceChildren(...TASKS.map((task) => make('option', { value: task }, say(`task_${task}`))))
find('m-task').addEventListener('change', describe)
find('file').addEventListener('change', (event) => {
  take(event.target.files[0])
  event.target.value = ''
})
for (const name of ['dragover', 'dragleave', 'drop']) {
  find('upload').addEventListener(name, (event) => {
    event.preventDefault()
    find('drop').classList.toggle('over', name === 'dragover')
    if (name === 'drop') take(event.dataTransfer.files[0])
  })
}

const trouble = (failure) => find('upload-problem').replaceChildren(make('div', { class: 'callout callout-bad' }, make('div', {}, failure.message, failure.body?.hint ? make('div', { class: 'small muted' }, failure.body.hint) : null)))

async function take(one) {
  if (!one) return
  const counts = asks()
  file = one
  found = null
  find('looked').hidden = true
  find('upload-save').disabled = true
  find('upload-problem').replaceChildren()
  find('file-name').textContent = one.name
  if (one.size > MOST_BYTES) return trouble({ message: say('model_heavy') })
  const body = new FormData()
  body.append('file', one)
  if (model) body.append('ref', model.id)
  try {
    const answer = await call('POST', '/api/local-models/preview', body)
    if (counts()) show(answer)
  } catch (failure) {
    if (counts()) trouble(failure)
  }
}

const placed = (places) => places.map((place) => `${place.name} [${place.shape.map((length) => length ?? '?').join(', ')}] ${place.type}`).join(', ')

function show(answer) {
  found = answer
  const { facts, about } = answer
  find('file-facts').replaceChildren(...[['model_inputs', placed(facts.inputs)], ['model_outputs', placed(facts.outputs)], ['opset', `${facts.opset}${facts.producer ? ` · ${facts.producer}` : ''}`]].flatMap(([word, text]) => [make('dt', {}, say(word)), make('dd', { class: 'mono small' }, text)]))
  if (!model) {
    const name = file.name.replace(/\.[^.]*$/, '')
    for (const lang of ['ja', 'en']) find(`m-${lang}`).value = answer.label[lang] ?? name
    find('m-id').value = name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 64)
  }
  find('m-task').value = about.task
  find('m-labels').value = (about.labels ?? []).join('\n')
  find('m-inputs').value = (about.inputs ?? []).join('\n')
  const picture = about.picture ?? {}
  for (const [name, usual] of [['width', ''], ['height', ''], ['colours', 'rgb'], ['fit', 'letterbox'], ['divide', 255]]) find(`m-${name}`).value = picture[name] ?? usual
  describe()
  find('m-output').value = about.output ?? ''
  if (find('m-output').selectedIndex < 0) find('m-output').selectedIndex = 0
  find('looked').hidden = false
  find('upload-save').disabled = false
}

/** What the chosen task needs to be known of. */
function describe() {
  const task = find('m-task').value
  const ways = OUTPUTS[task]
  const before = find('m-output').value
  find('m-output').replaceChildren(...ways.map((way) => make('option', { value: way }, say(way ? `output_${way}` : 'output_scores'))))
  if (ways.includes(before)) find('m-output').value = before
  find('output-field').hidden = ways.length < 2
  find('labels-field').hidden = task === 'score'
  find('inputs-field').hidden = Boolean(found?.about.picture)
  find('picture-field').hidden = !found?.about.picture
}

function about() {
  const task = find('m-task').value
  const given = { task, output: find('output-field').hidden ? '' : find('m-output').value, labels: task === 'score' ? [] : lines('m-labels') }
  if (!found.about.picture) return { ...given, inputs: lines('m-inputs') }
  const picture = { ...found.about.picture, width: Number(find('m-width').value), height: Number(find('m-height').value), colours: find('m-colours').value, fit: find('m-fit').value, divide: Number(find('m-divide').value) }
  return { ...given, picture }
}

find('upload-form').addEventListener('submit', async (event) => {
  event.preventDefault()
  if (find('m-task').value !== 'score' && lines('m-labels').length === 0) { find('m-labels').focus(); return trouble({ message: say('labels_needed') }) }
  const label = Object.fromEntries(['ja', 'en'].map((lang) => [lang, find(`m-${lang}`).value.trim()]).filter(([, text]) => text))
  const wish = { about: about(), note: find('m-note').value.trim(), ...(model ? {} : { id: find('m-id').value.trim(), label }) }
  const body = new FormData()
  body.append('file', file)
  body.append('wish', JSON.stringify(wish))
  find('upload-save').disabled = true
  try {
    const kept = await call('POST', model ? `/api/local-models/${model.id}/versions` : '/api/local-models', body)
    find('upload').close()
    done(kept)
  } catch (failure) {
    trouble(failure)
    find('upload-save').disabled = false
  }
})

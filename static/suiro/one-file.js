// The dialog in which one file is chosen or dropped, given a name, and sent.
import { call, make, say } from './page.js'

const MOST_BYTES = 16 * 1024 * 1024
const find = (id) => document.getElementById(id)
/** What was refused, and what to do about it. */
export const callout = (failure) => make('div', { class: 'callout callout-bad' }, make('div', {}, failure.message, failure.body?.hint ? make('div', { class: 'small muted' }, failure.body.hint) : null))

/** `title`: the id of the field with its name, of at most `longest` signs, which goes to `address` as `field`; `heavy` and `reading` are words;
 * `sent` gets what the server answers. */
export function oneFile({ title, longest, field, address, heavy, reading = null, sent }) {
  let file = null
  const prompt = find('file-name').textContent
  const state = (text) => { if (reading) find('upload-state').textContent = text }

  function choose(one) {
    file = one ?? null
    find('upload-problem').replaceChildren()
    find('upload-save').disabled = file === null
    find('file-name').textContent = file ? file.name : prompt
    if (!file) find(title).value = ''
    else if (!find(title).value) find(title).value = file.name.replace(/\.[^.]*$/, '').slice(0, longest)
  }

  find('add').addEventListener('click', () => { choose(null); find('upload').showModal() })
  find('file').addEventListener('change', (event) => {
    choose(event.target.files[0])
    event.target.value = ''  // so that the same file, put right in the meantime, can be chosen again
  })
  for (const name of ['dragover', 'dragleave', 'drop']) {
    find('upload').addEventListener(name, (event) => {
      event.preventDefault()
      find('drop').classList.toggle('over', name === 'dragover')
      if (name === 'drop' && event.dataTransfer.files[0]) choose(event.dataTransfer.files[0])
    })
  }
  find('upload-form').addEventListener('submit', async (event) => {
    event.preventDefault()
    if (file.size > MOST_BYTES) return find('upload-problem').replaceChildren(callout({ message: say(heavy) }))
    const body = new FormData()
    body.append('file', file)
    body.append(field, find(title).value.trim())
    find('upload-save').disabled = true
    state(reading && say(reading))
    try {
      sent(await call('POST', address, body))
    } catch (failure) {
      find('upload-problem').replaceChildren(callout(failure))
      find('upload-save').disabled = false
    } finally {
      state('')
    }
  })
}

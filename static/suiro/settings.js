// Whether the language model answers.
import { call, make, say } from './page.js'

const result = document.getElementById('test-result')
document.getElementById('test-model').addEventListener('click', async (event) => {
  event.target.disabled = true
  result.replaceChildren(make('span', { class: 'row muted' }, make('span', { class: 'spinner' }), say('trying')))
  try {
    const answer = await call('POST', '/api/authors/model/test')
    result.replaceChildren(make('span', { class: answer.ok ? 'good' : 'bad' }, answer.detail))
  } catch (failure) {
    result.replaceChildren(make('span', { class: 'bad' }, failure.message))
  }
  event.target.disabled = false
})

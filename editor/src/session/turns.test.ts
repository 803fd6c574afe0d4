import { expect, test } from 'vitest'
import type { Compilation, Turn } from '../wire/records'
import { latestBuilt, sentenceOf } from './turns'

const answer = (more: Partial<Compilation>): Turn => ({ id: '', role: 'author', text: '', compilation: { document: null, questions: [], assumptions: [], problems: [], ...more } })
const person = (text: string): Turn => ({ id: '', role: 'person', text })

test('a question that was only answered is not what the flow was built of', () => {
  const turns = [person('When hot, tell'), answer({}), person('explain this flow'), answer({ asked: 'explain' })]
  expect(latestBuilt(turns)).toBe(1)
  expect(sentenceOf(turns)).toBe('When hot, tell')
})

test('an answer that is built once more belongs to the same sentence', () => {
  const turns = [person('When hot, tell'), answer({}), answer({ answers: { recovery: 'yes' } })]
  expect(sentenceOf(turns)).toBe('When hot, tell')
  expect(sentenceOf([])).toBeUndefined()
  expect(sentenceOf([person('first')])).toBe('first')
})

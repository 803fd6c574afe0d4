import { expect, test } from 'vitest'
import { arrive, cameOrLeft, peopleOf, useHere } from './here'

test('people are told apart from one’s own tabs, counted once, and forgotten when they leave', () => {
  const here = (page: string, name: string, person: number) => cameOrLeft({ t: 'here', page, name, person })
  arrive({ t: 'hello', page: 'p1' })
  here('p1', 'keiko', 1)
  here('p2', 'keiko', 1)
  here('p3', 'ken', 2)
  here('p4', 'ken', 2)
  expect(peopleOf(useHere.getState())).toEqual([{ name: 'ken', self: false }, { name: 'keiko', self: true }])
  cameOrLeft({ t: 'left', page: 'p3' })
  expect(peopleOf(useHere.getState())).toHaveLength(2)
  cameOrLeft({ t: 'left', page: 'p4' })
  expect(peopleOf(useHere.getState())).toEqual([{ name: 'keiko', self: true }])
  arrive({ t: 'hello', page: 'p9' })
  expect(peopleOf(useHere.getState())).toEqual([])
})

import { expect, test } from 'vitest'
import { withToast, type Toast } from './toasts'

const said = (...all: readonly [string, boolean?][]) => all.reduce<readonly Toast[]>((toasts, [text, bad = false], id) => withToast(toasts, id, text, bad), [])
const shown = (toasts: readonly Toast[]) => toasts.map(({ text, count }) => (count > 1 ? `${text} ×${count}` : text))

test('equal messages are one, and the newest of it counts', () => {
  const toasts = said(['a'], ['b'], ['a'], ['a'])
  expect(shown(toasts)).toEqual(['b', 'a ×3'])
  expect(toasts[1]!.id).toBe(3)
  expect(shown(said(['a'], ['a', true]))).toEqual(['a', 'a'])
})

test('there are never more than two, and one that tells of trouble stays longer', () => {
  expect(shown(said(['a'], ['b'], ['c']))).toEqual(['b', 'c'])
  expect(shown(said(['bad', true], ['b'], ['c'], ['d']))).toEqual(['bad', 'd'])
  expect(shown(said(['x', true], ['y', true], ['z']))).toEqual(['y', 'z'])
})

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useShow } from '../show/state'
import { answered, press, refused, STREAM_MS, takeNews } from './held'
import { useDemo } from './state'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

const speed = () => useDemo.getState().playing.speed
const expectSpeed = (speed: number) => useDemo.setState({ playing: { ...useDemo.getState().playing, speed } })

it('does not take back what was pressed by news of the time before', () => {
  press()
  expectSpeed(2)
  press()
  expectSpeed(5)
  answered()
  takeNews({ speed: 2, step: 1 })
  vi.advanceTimersByTime(STREAM_MS)
  expect(speed()).toBe(5)
  answered()
  takeNews({ speed: 5 })
  vi.advanceTimersByTime(STREAM_MS)
  expect(speed()).toBe(5)
  expect(useShow.getState().seen.step).toBe(1)
})

it('shows what the stream tells when nothing is pressed', () => {
  takeNews({ speed: 10, typed: null })
  expect(speed()).toBe(10)
})

it('takes back what was expected of a press that was refused, once nothing more is on its way', () => {
  takeNews({ speed: 10, step: 2 })
  press()
  expectSpeed(30)
  press()
  expectSpeed(60)
  refused()
  answered()
  vi.advanceTimersByTime(STREAM_MS)
  expect(speed()).toBe(60)
  refused()
  answered()
  vi.advanceTimersByTime(STREAM_MS)
  expect(speed()).toBe(10)
  expect(useShow.getState().seen.step).toBe(2)
})

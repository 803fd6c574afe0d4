// What the presenter does, by button or by key; what comes of it comes back on the stream.
import { call, HttpFailure } from '../wire/http'
import { useShow } from '../show/state'
import { useUi } from '../session/ui'
import { t } from '../words'
import { answered, press, refused } from './held'
import { useDemo, type Playing } from './state'

const SPEEDS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1200, 3600]

const path = (rest: string) => `/api/demos/${useDemo.getState().told?.id}/${rest}`

let before: Promise<void> = Promise.resolve()

/** One after the other, in the order in which they were pressed. */
function asked(method: string, rest: string, body?: unknown): Promise<void> {
  press()
  before = before.then(() => askedNow(method, rest, body)).finally(answered)
  return before
}

async function askedNow(method: string, rest: string, body?: unknown): Promise<void> {
  try {
    await call('POST' === method ? 'POST' : 'DELETE', path(rest), body)
    if (useDemo.getState().failed) useDemo.setState({ failed: '' })
  } catch (failure) {
    refused()
    const detail = failure instanceof HttpFailure ? failure.detail : ''
    useDemo.setState({ failed: detail || t('demo.not_done') })
  }
}

const act = (what: string, more: object = {}) => asked('POST', 'do', { act: what, ...more })

/** What was pressed counts at once, so that the next press goes on from there; the stream tells how it is. */
function expect(news: Partial<Playing>): void {
  useDemo.setState({ playing: { ...useDemo.getState().playing, ...news } })
}

function expectStep(step: number | null): void {
  useShow.setState({ seen: { ...useShow.getState().seen, step } })
}

export function pause(): void {
  const paused = !useDemo.getState().playing.paused
  expect({ paused })
  void act(paused ? 'pause' : 'play')
}

export function oneStep(): void {
  expect({ paused: true })
  void act('step')
}

export function reset(): void {
  expectStep(null)
  void act('reset', { lang: useUi.getState().lang })
}

export const finished = () => act('finished', { lang: useUi.getState().lang })
export const approve = (key: string) => act('approve', { key })
export function faster(up: boolean): void {
  const { speed } = useDemo.getState().playing
  const next = up ? SPEEDS.find((one) => one > speed) : SPEEDS.findLast((one) => one < speed)
  if (next === undefined) return
  expect({ speed: next })
  void act('speed', { number: next })
}

export function flip(key: string): void {
  const { told, playing } = useDemo.getState()
  if (!told?.switches.some((one) => one.key === key)) return
  const on = !playing.on[key]
  expect({ on: { ...playing.on, [key]: on } })
  void act('switch', { key, on })
}

/** To another step of the story; before the first is the beginning. */
export function tell(step: number): void {
  const last = (useDemo.getState().told?.steps.length ?? 0) - 1
  if (step > last) return
  expectStep(step < 0 ? null : step)
  void (step < 0 ? act('tell') : act('tell', { number: step }))
}

export function goOn(by: number): void {
  const step = useShow.getState().seen.step
  tell((step ?? -1) + by)
}

// --- the sentence --------------------------------------------------------------------------------------------------

const LETTER_MS = { ja: 70, en: 32 }
let typing: ReturnType<typeof setTimeout> | undefined

export function build(text: string): void {
  stopTyping()
  const prompt = text.trim()
  useDemo.setState({ text: null })
  if (prompt) void asked('POST', 'sentence', { prompt, lang: useUi.getState().lang })
}

export function stopTyping(): void {
  clearTimeout(typing)
  useDemo.setState({ ghost: false })
}

/** The scenario's own sentence, letter by letter, and then built. */
export function typeItself(): void {
  const { told, ghost } = useDemo.getState()
  const { lang } = useUi.getState()
  const whole = told?.prompt[lang] ?? ''
  if (ghost || !whole) return
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
  let at = calm ? whole.length : 0
  useDemo.setState({ text: '', ghost: true })
  const letter = () => {
    if (!useDemo.getState().ghost) return
    at = Math.min(at + 1, whole.length)
    useDemo.setState({ text: whole.slice(0, at) })
    if (at < whole.length) typing = setTimeout(letter, LETTER_MS[lang])
    else typing = setTimeout(() => build(whole), calm ? 0 : 500)
  }
  letter()
}

// --- the screen ----------------------------------------------------------------------------------------------------

/** What happened since the beginning, on one page that can be printed. */
export async function makeReport(): Promise<void> {
  try {
    const { id } = await call<{ id: string }>('POST', '/api/reports', { demo: useDemo.getState().told?.id })
    if (!window.open(`/reports/${id}/`, '_blank')) window.location.assign(`/reports/${id}/`)
  } catch (failure) {
    useDemo.setState({ failed: (failure instanceof HttpFailure && failure.detail) || t('demo.not_done') })
  }
}

export function switchLanguage(): void {
  stopTyping()
  const lang = useUi.getState().lang === 'ja' ? 'en' : 'ja'
  useDemo.setState({ text: null })
  useUi.getState().set({ lang })
  window.document.documentElement.lang = lang
}

export function fullScreen(): void {
  if (window.document.fullscreenElement) void window.document.exitFullscreen()
  else void window.document.documentElement.requestFullscreen().catch(() => undefined)
}

export function notesWindow(): void {
  useDemo.setState({ notes: false })
  window.open(`${window.location.pathname}?notes`, 'notes', 'popup,width=520,height=760')
}

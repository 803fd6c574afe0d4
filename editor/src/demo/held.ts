// What a person presses counts at once. Until it is answered, the stream may still tell of the time before: that waits.
import { withShown, type Seen } from '../model/show'
import { useShow } from '../show/state'
import { useDemo, type Playing } from './state'

const NAMES = ['speed', 'pace', 'paused', 'slowed', 'on', 'typed', 'shared', 'step'] as const
/** The stream tells what changed ten times a second at most: what came of a press is told a little after its answer. */
export const STREAM_MS = 300

type News = Partial<Playing> & Partial<Pick<Seen, 'step'>>

let pressed = 0
let held: News = {}
/** All that the stream has told: so it stands. */
let told: News = {}

export function press(): void {
  pressed += 1
}

export function answered(): void {
  setTimeout(() => {
    pressed -= 1
    show()
  }, STREAM_MS)
}

/** Nothing came of the press: what was expected of it is taken back. */
export function refused(): void {
  held = told
}

/** How it plays and where the story is, as the stream tells it. */
export function takeNews(frame: News): void {
  const news = Object.fromEntries(NAMES.filter((name) => frame[name] !== undefined).map((name) => [name, frame[name]]))
  told = { ...told, ...news }
  held = { ...held, ...news }
  show()
}

function show(): void {
  if (pressed > 0) return
  const { step, ...playing } = held
  held = {}
  if (step !== undefined) useShow.setState({ seen: withShown(useShow.getState().seen, { step }) })
  if (Object.keys(playing).length) useDemo.setState({ playing: { ...useDemo.getState().playing, ...playing } })
}

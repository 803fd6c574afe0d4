// Trying the draft out: the steps taken so far and what the last one did. A changed draft is tried again with the same steps.
import { create } from 'zustand'
import { showNodesOnSmall } from '../canvas/view'
import type { Json } from '../model/document'
import type { Problem } from '../model/problems'
import { travelled, type Told, type Travelled, type TryStep } from '../model/travel'
import { api } from '../wire/api'
import { afterChange, documentNow } from './flow'
import { wordsOf } from './running'
import { useUi } from './ui'

interface Trying {
  /** When the first step was taken: the time of the try begins there. */
  readonly start: number
  readonly steps: readonly TryStep[]
  readonly answers: { readonly [node: string]: Json }
  readonly told: Told | null
  readonly way: Travelled | null
  readonly problems: readonly Problem[]
  readonly busy: boolean
  readonly failed: string
}

const FRESH: Trying = { start: 0, steps: [], answers: {}, told: null, way: null, problems: [], busy: false, failed: '' }
const AGAIN_MS = 400
export const MOST_STEPS = 40

export const useTrying = create<Trying>()(() => FRESH)

let asked: AbortController | null = null

/** What was wanted last, while it is not answered: the next step goes on from there. */
let wanted: Pick<Trying, 'steps' | 'answers'> | null = null
const soFar = (): Pick<Trying, 'steps' | 'answers'> => wanted ?? useTrying.getState()

async function run(steps: readonly TryStep[], answers: { readonly [node: string]: Json }): Promise<void> {
  asked?.abort()
  const mine = (asked = new AbortController())
  wanted = { steps, answers }
  const start = useTrying.getState().start || Date.now()
  useTrying.setState({ busy: true, failed: '' })
  try {
    const tried = await api.tryOut(documentNow(), start, steps, answers, mine.signal)
    if (mine.signal.aborted) return
    wanted = null
    if (!('hops' in tried)) useTrying.setState({ problems: tried.problems, told: null, way: null, busy: false })
    else {
      const way = travelled(tried)
      useTrying.setState({ start, steps, answers, told: tried, way, problems: tried.problems, busy: false })
      showNodesOnSmall(Object.keys(way.nodes))
    }
  } catch (failure) {
    if (mine.signal.aborted) return
    wanted = null
    useTrying.setState({ busy: false, failed: wordsOf(failure) })
  }
}

export function takeStep(step: TryStep): Promise<void> {
  const { steps, answers } = soFar()
  return run([...steps, step], answers)
}

/** What the outside would answer to a node that asks; the same steps are taken again with it. */
export function answerInstead(node: string, value: Json): Promise<void> {
  const { steps, answers } = soFar()
  return run(steps, { ...answers, [node]: value })
}

/** Back to the step before. */
export function stepBack(): void {
  const { steps, answers } = soFar()
  if (steps.length < 2) startAgain()
  else void run(steps.slice(0, -1), answers)
}

export function startAgain(): void {
  asked?.abort()
  wanted = null
  useTrying.setState(FRESH)
}

/** What the canvas draws of the try, while its panel is looked at. */
export function useWay(): Travelled | null {
  const shown = useUi((ui) => ui.tab === 'try')
  const way = useTrying((trying) => trying.way)
  return shown ? way : null
}

export function startTrying(): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  afterChange.add(() => {
    if (soFar().steps.length === 0) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      const { steps, answers } = soFar()
      if (steps.length) void run(steps, answers)
    }, AGAIN_MS)
  })
}

/** At the chosen node, else at the first. */
export function openTry(): void {
  useUi.getState().set({ tab: 'try', panel: true, sheet: useUi.getState().sheet === 'low' ? 'half' : useUi.getState().sheet })
  setTimeout(() => window.document.querySelector<HTMLElement>('[data-testid="try"] input, [data-testid="try"] select')?.focus(), 40)
}

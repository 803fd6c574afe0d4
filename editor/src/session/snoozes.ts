// What is snoozed or under planned maintenance, as the server tells.
import { create } from 'zustand'
import type { Snooze } from '../model/snoozes'
import { snoozesHere, snoozesOf } from '../model/snoozes'
import { api } from '../wire/api'
import { useFlow } from './flow'
import { useKnown } from './known'
import { wordsOf } from './running'
import { useUi } from './ui'

interface Snoozes {
  readonly all: readonly Snooze[]
  /** A clock that moves slowly, so that what is over goes. */
  readonly now: number
}

export const useSnoozes = create<Snoozes>()(() => ({ all: [], now: Date.now() }))

const TICK_MS = 5_000
const COUNT_MS = 2_000
const NONE: readonly Snooze[] = []

let asked = 0

/** The newest question counts, whatever is answered last. */
export async function readSnoozes(): Promise<void> {
  asked += 1
  const mine = asked
  const all = await api.snoozes().catch(() => null)
  if (all && mine === asked) useSnoozes.setState({ all, now: Date.now() })
}

let due: ReturnType<typeof setTimeout> | undefined

/** A notice was held back: the count grows, asked for once in a while. */
export function countAgain(): void {
  due ??= setTimeout(() => { due = undefined; void readSnoozes() }, COUNT_MS)
}

export function startSnoozes(): void {
  setInterval(() => { if (useSnoozes.getState().all.length) useSnoozes.setState({ now: Date.now() }) }, TICK_MS)
}

export async function snoozeFlow(choice: 'hour' | 'morning'): Promise<void> {
  try {
    await api.snooze(useFlow.getState().id, choice)
  } catch (failure) {
    useUi.getState().toast(wordsOf(failure), true)
  }
  await readSnoozes()
}

export async function endSnooze(id: string): Promise<void> {
  try {
    await api.endSnooze(id)
  } catch (failure) {
    useUi.getState().toast(wordsOf(failure), true)
  }
  await readSnoozes()
}

export function useSnoozesHere(): readonly Snooze[] {
  const { all, now } = useSnoozes()
  const { catalog, registry } = useKnown()
  const flow = useFlow((state) => state.id)
  const document = useFlow((state) => state.history.document)
  return all.length ? snoozesHere(all, { flow, document, catalog, registry, now }) : NONE
}

export function useSnoozesOf(node: string): readonly Snooze[] {
  const { all, now } = useSnoozes()
  const { catalog, registry } = useKnown()
  const flow = useFlow((state) => state.id)
  const document = useFlow((state) => (all.length ? state.history.document : null))
  return document ? snoozesOf(all, node, { flow, document, catalog, registry, now }) : NONE
}

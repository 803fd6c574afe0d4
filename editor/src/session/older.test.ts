import { beforeEach, expect, it, vi } from 'vitest'
import type { FlowRecord } from '../wire/records'

const api = vi.hoisted(() => ({ flow: vi.fn(), tryOut: vi.fn(), liveSettings: vi.fn(), save: vi.fn() }))
vi.mock('../wire/api', () => ({ api }))
vi.mock('../canvas/view', () => ({ showNodesOnSmall: () => undefined }))

import { useFlow } from './flow'
import { applyLive, readFlow, takeStatus } from './running'
import { saveNow } from './saving'
import { takeStep, useTrying } from './trying'

const record = (status: string) => ({ status, status_problems: [], deployed: null }) as unknown as FlowRecord

/** An answer that comes when the test says so. */
function answer<T>(): { promise: Promise<T>; give: (value: T) => void } {
  let give!: (value: T) => void
  const promise = new Promise<T>((resolve) => { give = resolve })
  return { promise, give }
}

beforeEach(() => { for (const one of Object.values(api)) one.mockReset() })

it('keeps the status that was told while the flow was read', async () => {
  const slow = answer<FlowRecord>()
  api.flow.mockReturnValueOnce(slow.promise)
  const read = readFlow()
  takeStatus('running')
  slow.give(record('starting'))
  await read
  expect(useFlow.getState().status).toBe('running')
})

it('takes the answer to the newest question, whichever comes last', async () => {
  const [first, second] = [answer<FlowRecord>(), answer<FlowRecord>()]
  api.flow.mockReturnValueOnce(first.promise).mockReturnValueOnce(second.promise)
  const both = [readFlow(), readFlow()]
  second.give(record('running'))
  await both[1]
  first.give(record('starting'))
  await both[0]
  expect(useFlow.getState().status).toBe('running')
})

it('goes on from a step that is not answered yet', async () => {
  const told = { hops: [], pending: [], problems: [], left_out: [], now: 0 }
  api.tryOut.mockReturnValueOnce(answer().promise).mockResolvedValueOnce(told)
  void takeStep({ wait: 1 })
  await takeStep({ wait: 2 })
  expect(api.tryOut.mock.calls[1]![2]).toEqual([{ wait: 1 }, { wait: 2 }])
  expect(useTrying.getState().steps).toEqual([{ wait: 1 }, { wait: 2 }])
})

it('saves what was typed while settings were sent to the running flow after that, on top of it', async () => {
  const sent = answer<{ revision: number }>()
  api.liveSettings.mockReturnValueOnce(sent.promise)
  api.save.mockResolvedValue({ revision: 3, problems: [] })
  useFlow.setState({ revision: 1, saving: 'saved' })
  const applied = applyLive({ limit: 1 })
  await vi.waitFor(() => expect(api.liveSettings).toHaveBeenCalled())
  useFlow.setState({ saving: 'dirty' })
  const saved = saveNow()
  expect(api.save).not.toHaveBeenCalled()
  sent.give({ revision: 2 })
  await Promise.all([applied, saved])
  expect(api.save.mock.calls[0]![2]).toBe(2)
})

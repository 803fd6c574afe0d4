// The stream of the demo, as server-sent events. The browser dials again by itself; each time all there is to see comes first.
import { wholeShown, withShown, type Seen } from '../model/show'
import { create } from 'zustand'
import { useShow } from '../show/state'

export const useLine = create<{ readonly state: 'waiting' | 'here' | 'away' | 'over' }>()(() => ({ state: 'waiting' }))

const AGAIN_MS = 4_000

export function listen(): void {
  const source = new EventSource('stream')
  source.onmessage = (event) => {
    const frame = JSON.parse(String(event.data)) as Partial<Seen> & { readonly whole?: Partial<Seen> }
    useShow.setState({ seen: frame.whole ? wholeShown(frame.whole) : withShown(useShow.getState().seen, frame) })
    if (useLine.getState().state !== 'here') useLine.setState({ state: 'here' })
  }
  source.addEventListener('over', () => {
    source.close()
    useLine.setState({ state: 'over' })
  })
  source.onerror = () => {
    if (useLine.getState().state === 'over') return
    useLine.setState({ state: 'away' })
    // After an answer that is no stream (there are many viewers), the browser gives up; we do not.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN_MS)
  }
}

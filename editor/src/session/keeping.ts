// Undo and redo outlive a reload: kept in this tab, per flow.
import type { FlowDocument } from '../model/document'
import type { History } from '../model/history'
import { historyFrom, keptText } from '../model/kept'
import { afterChange, useFlow } from './flow'

const KEPT = 'suiro.undo.'
const PAUSE_MS = 300

export function historyOf(flow: string, document: FlowDocument): History {
  return historyFrom(sessionStorage.getItem(KEPT + flow), document)
}

export function startKeeping(): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const keep = () => {
    clearTimeout(timer)
    timer = undefined
    const { id, history } = useFlow.getState()
    put(KEPT + id, keptText(history))
  }
  afterChange.add(() => {
    clearTimeout(timer)
    timer = setTimeout(keep, PAUSE_MS)
  })
  window.addEventListener('pagehide', () => { if (timer) keep() })
}

/** Where the browser has no more room, other flows give theirs. */
function put(key: string, text: string): void {
  try {
    sessionStorage.setItem(key, text)
  } catch {
    for (const other of Object.keys(sessionStorage)) if (other.startsWith(KEPT)) sessionStorage.removeItem(other)
  }
}

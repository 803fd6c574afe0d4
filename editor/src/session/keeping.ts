// Undo, redo and what is not saved yet outlive a reload: kept in this tab, per flow.
import type { FlowDocument } from '../model/document'
import type { History } from '../model/history'
import { historyFrom, keptText, unsavedFrom } from '../model/kept'
import { t } from '../words'
import { afterChange, useFlow } from './flow'
import { saveNow } from './saving'
import { useUi } from './ui'

const KEPT = 'suiro.undo.'
const PAUSE_MS = 300

export function historyOf(flow: string, document: FlowDocument): History {
  return historyFrom(sessionStorage.getItem(KEPT + flow), document)
}

/** The server was away, or the page left before it answered: what was changed here then is shown, and saved as any change is. */
export function takeUnsaved(flow: string, document: FlowDocument): void {
  const found = unsavedFrom(sessionStorage.getItem(KEPT + flow), document)
  if (!found) return
  useFlow.setState({ history: found.history, ...found.unsaved, saving: 'dirty' })
  useUi.getState().toast(t('saving.restored'))
  void saveNow()
}

export function startKeeping(): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const keep = () => {
    clearTimeout(timer)
    timer = undefined
    const { id, history, saving, revision, base } = useFlow.getState()
    put(KEPT + id, keptText(history, saving === 'saved' ? null : { revision, base }))
  }
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(keep, PAUSE_MS)
  }
  afterChange.add(soon)
  useFlow.subscribe((now, before) => { if (now.saving !== before.saving) soon() })
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

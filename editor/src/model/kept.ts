// Undo and redo as text, so that they outlive a reload. Bounded: the oldest steps go first.
import type { FlowDocument } from './document'
import { sameContent } from './document'
import { startHistory, type Entry, type History } from './history'

const MOST_KEPT = 100
const MOST_LETTERS = 400_000

/** What the server has not got yet: the revision and the document that the changes were made on. */
export interface Unsaved {
  readonly revision: number
  readonly base: FlowDocument
}

interface Kept {
  readonly suiro_undo: 1
  readonly unsaved?: Unsaved
  readonly document: FlowDocument
  readonly past: readonly Entry[]
  readonly future: readonly Entry[]
}

export function keptText(history: History, unsaved: Unsaved | null = null, most = MOST_LETTERS): string {
  let past = history.past.slice(-MOST_KEPT)
  let future = history.future.slice(0, MOST_KEPT)
  for (;;) {
    const text = JSON.stringify({ suiro_undo: 1, ...(unsaved ? { unsaved } : {}), document: history.document, past, future } satisfies Kept)
    if (text.length <= most || (past.length === 0 && future.length === 0)) return text
    past = past.slice(Math.ceil(past.length / 2))
    future = future.slice(0, Math.floor(future.length / 2))
  }
}

/** The history that led to `document`; a fresh one where the text belongs to another state. */
export function historyFrom(text: string | null, document: FlowDocument): History {
  const kept = parsed(text)
  if (!kept || !sameContent(kept.document, document)) return startHistory(document)
  return { document, past: kept.past.map(finished), future: kept.future.map(finished) }
}

/** The work that never reached the server, with what it was made on; null where `document` is all there is. */
export function unsavedFrom(text: string | null, document: FlowDocument): { readonly history: History; readonly unsaved: Unsaved } | null {
  const kept = parsed(text)
  if (!kept?.unsaved || sameContent(kept.document, document)) return null
  return { history: historyFrom(text, kept.document), unsaved: kept.unsaved }
}

/** An edit from before the reload is never continued by typing on. */
function finished({ forward, inverse }: Entry): Entry {
  return { forward, inverse, at: 0 }
}

function parsed(text: string | null): Kept | null {
  try {
    const value = JSON.parse(text ?? 'null') as Partial<Kept> | null
    const sound = value?.suiro_undo === 1 && Array.isArray(value.past) && Array.isArray(value.future)
    return sound ? (value as Kept) : null
  } catch {
    return null
  }
}

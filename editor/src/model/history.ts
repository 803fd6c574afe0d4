// Undo and redo. An entry holds the change and its inverse; edits with the same tag in quick succession are one entry.
import { apply, batch, changesNothing, type Change } from './changes'
import type { FlowDocument } from './document'

export interface Entry {
  readonly forward: Change
  readonly inverse: Change
  readonly tag?: string
  readonly at: number
}

export interface History {
  readonly document: FlowDocument
  readonly past: readonly Entry[]
  readonly future: readonly Entry[]
}

const MOST_ENTRIES = 500
const SAME_EDIT_MS = 1200

export function startHistory(document: FlowDocument): History {
  return { document, past: [], future: [] }
}

/** Carry out `change`. `tag` names one ongoing edit (typing in a field); `now` in ms decides whether it goes on. */
export function edit(history: History, change: Change, tag?: string, now = 0): History {
  if (changesNothing(change)) return history
  const { document, inverse } = apply(history.document, change)
  const last = history.past.at(-1)
  if (tag && last?.tag === tag && now - last.at < SAME_EDIT_MS && history.future.length === 0) {
    const merged: Entry = { forward: batch(last.forward, change), inverse: batch(inverse, last.inverse), tag, at: now }
    return { document, past: [...history.past.slice(0, -1), merged], future: [] }
  }
  const entry: Entry = tag === undefined ? { forward: change, inverse, at: now } : { forward: change, inverse, tag, at: now }
  return { document, past: [...history.past, entry].slice(-MOST_ENTRIES), future: [] }
}

export function undo(history: History): History {
  const entry = history.past.at(-1)
  if (!entry) return history
  const { document } = apply(history.document, entry.inverse)
  return { document, past: history.past.slice(0, -1), future: [entry, ...history.future] }
}

export function redo(history: History): History {
  const entry = history.future[0]
  if (!entry) return history
  const { document } = apply(history.document, entry.forward)
  // A finished redo is never continued by typing on.
  return { document, past: [...history.past, { forward: entry.forward, inverse: entry.inverse, at: 0 }], future: history.future.slice(1) }
}

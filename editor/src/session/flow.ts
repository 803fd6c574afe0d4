// The open flow: its document with history and selection, and what the server knows about it.
import { create } from 'zustand'
import type { Change } from '../model/changes'
import { emptyDocument, type FlowDocument } from '../model/document'
import { edit, redo, startHistory, undo, type History } from '../model/history'
import { notesOf } from '../model/notes'
import { place, type PlacedProblem, type Problem } from '../model/problems'
import { NOTHING_SELECTED, sameSelection, selectNodes, stillThere, type Selection } from '../model/selection'
import { allWires, wireId } from '../model/wires'
import type { FlowRecord, Status, Turn } from '../wire/records'
import { useKnown } from './known'

export type Saving = 'saved' | 'dirty' | 'saving' | 'failed' | 'conflict'

interface Flow {
  id: string
  revision: number
  /** The document as the server had it last, as far as this page knows. */
  base: FlowDocument
  history: History
  selection: Selection
  problems: readonly PlacedProblem[]
  status: Status
  statusDetail: readonly Problem[]
  deployed: FlowRecord['deployed']
  author: string | null
  turns: readonly Turn[]
  saving: Saving
  conflict: { readonly revision: number; readonly document: FlowDocument } | null
  loaded: boolean
  /** A part of the form that should take the focus, e.g. after a click on a problem. */
  focus: { readonly node: string; readonly param: string } | null
  change(change: Change, tag?: string): void
  undo(): void
  redo(): void
  select(selection: Selection): void
  takeProblems(problems: readonly Problem[], checked: FlowDocument): void
  open(record: FlowRecord, history: History): void
}

/** Called after each change of the document; the saver hangs itself in here. */
export const afterChange = new Set<() => void>()

export const useFlow = create<Flow>()((set, get) => {
  const moveTo = (history: History) => {
    if (history === get().history || useKnown.getState().looking) return
    const { document } = history
    const catalog = useKnown.getState().catalog
    const there = { nodes: new Set(document.nodes.map((node) => node.id)), wires: new Set(allWires(document, catalog).map(wireId)), notes: new Set(notesOf(document).map((note) => note.id)) }
    const selection = stillThere(get().selection, there)
    set({ history, selection, saving: get().saving === 'conflict' ? 'conflict' : 'dirty' })
    for (const listener of afterChange) listener()
  }
  return {
    id: '',
    revision: 0,
    base: emptyDocument(),
    history: startHistory(emptyDocument()),
    selection: NOTHING_SELECTED,
    problems: [],
    status: 'draft',
    statusDetail: [],
    deployed: null,
    author: null,
    turns: [],
    saving: 'saved',
    conflict: null,
    loaded: false,
    focus: null,
    change: (change, tag) => moveTo(edit(get().history, change, tag, Date.now())),
    undo: () => moveTo(undo(get().history)),
    redo: () => moveTo(redo(get().history)),
    select: (selection) => {
      if (!sameSelection(selection, get().selection)) set({ selection })
    },
    takeProblems: (problems, checked) => set({ problems: place(problems, checked) }),
    open: (record, history) =>
      set({
        id: record.id, revision: record.revision, history, base: history.document, selection: NOTHING_SELECTED,
        problems: place(record.problems ?? [], record.document), status: record.status, statusDetail: record.status_problems ?? [], deployed: record.deployed,
        author: record.author ?? null, turns: record.turns ?? [], saving: 'saved', conflict: null, loaded: true,
      }),
  }
})

export const documentNow = (): FlowDocument => useFlow.getState().history.document

export function selectOnly(id: string): void {
  useFlow.getState().select(selectNodes([id]))
}

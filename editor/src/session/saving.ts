// The draft saves itself: a moment after the last change, one request at a time, never over somebody else's work.
import { api } from '../wire/api'
import { HttpFailure } from '../wire/http'
import { asDocument, sameContent, type FlowDocument } from '../model/document'
import { afterChange, documentNow, useFlow } from './flow'
import { useUi } from './ui'

const PAUSE_MS = 500
const AGAIN_MS = 4000

let timer: ReturnType<typeof setTimeout> | null = null
let running: Promise<void> | null = null

export function startSaving(): () => void {
  const listener = () => plan(PAUSE_MS)
  afterChange.add(listener)
  const leaving = () => {
    const { id, revision, saving } = useFlow.getState()
    if (saving === 'dirty' || saving === 'failed') void api.save(id, documentNow(), revision).catch(() => undefined)
  }
  window.addEventListener('pagehide', leaving)
  return () => {
    afterChange.delete(listener)
    window.removeEventListener('pagehide', leaving)
  }
}

function plan(wait: number): void {
  if (timer) clearTimeout(timer)
  timer = setTimeout(() => void saveNow(), wait)
}

/** Save what is unsaved; resolves when the server has the newest document (or cannot have it now). */
export async function saveNow(): Promise<void> {
  if (timer) clearTimeout(timer)
  timer = null
  while (running) await running
  const { saving } = useFlow.getState()
  if (saving === 'saved' || saving === 'conflict') return
  running = save(documentNow()).finally(() => {
    running = null
  })
  await running
}

/** Saving, or something else that changes the draft at the server. */
export const isSaving = () => running !== null

/** Save, and then do `work`, which changes the draft at the server itself: nothing else is saved until it is done. */
export async function alone(work: () => Promise<void>): Promise<void> {
  await saveNow()
  while (running) await running
  const done = work()
  running = done.catch(() => undefined).finally(() => {
    running = null
  })
  await done
}

async function save(document: FlowDocument): Promise<void> {
  const { id, revision } = useFlow.getState()
  useFlow.setState({ saving: 'saving' })
  try {
    const answer = await api.save(id, document, revision)
    there(answer.revision, document)
    useFlow.getState().takeProblems(answer.problems ?? [], document)
  } catch (failure) {
    if (failure instanceof HttpFailure && failure.status === 409) return met(failure.body, document)
    useFlow.setState({ saving: 'failed' })
    plan(AGAIN_MS)
  }
}

/** The server has `document`. */
function there(revision: number, document: FlowDocument): void {
  const current = documentNow() === document
  useFlow.setState({ revision, base: document, saving: current ? 'saved' : 'dirty' })
  if (!current) plan(PAUSE_MS)
}

function met(body: unknown, sent: FlowDocument): void {
  const { revision, document } = body as { revision: number; document: FlowDocument }
  // Saved before, but the answer was lost on its way: nobody else's work.
  if (sameContent(asDocument(document), sent)) return there(revision, sent)
  useFlow.setState({ saving: 'conflict', conflict: { revision, document: asDocument(document) } })
  useUi.getState().set({ dialog: 'conflict' })
}

/** After a conflict: go on with mine, with theirs, or with what was chosen of both. What it replaces is one undo away. */
export async function settle(document: FlowDocument): Promise<void> {
  const { conflict, change } = useFlow.getState()
  if (!conflict) return
  useFlow.setState({ revision: conflict.revision, base: conflict.document, saving: 'dirty', conflict: null })
  if (document !== documentNow()) change({ t: 'whole', document })
  if (!sameContent(document, conflict.document)) return saveNow()
  useFlow.setState({ saving: 'saved' })
  const { problems } = await api.validate(document)
  useFlow.getState().takeProblems(problems, document)
}

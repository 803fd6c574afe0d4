// A prompt on its way to a document: what the author has written so far, and what came of it.
import { create } from 'zustand'
import { arrange } from '../canvas/arrange'
import { batch } from '../model/changes'
import { asDocument, emptyDocument, isLaidOut, sameContent, type FlowDocument, type FlowNode, type Json, type Position, type Setting } from '../model/document'
import { withPositions } from '../model/edits'
import { rebased } from '../model/conflict'
import { differences, merged } from '../model/proposal'
import { selectNodes } from '../model/selection'
import { placeMissing, withRoom } from '../model/placing'
import { api } from '../wire/api'
import { HttpFailure } from '../wire/http'
import type { Frame } from '../wire/live'
import type { Compilation, Job, Turn } from '../wire/records'
import { t } from '../words'
import { documentNow, useFlow } from './flow'
import { useKnown } from './known'
import { usePrompt } from './prompt'
import { saveNow } from './saving'
import { sentenceOf } from './turns'
import { useUi } from './ui'

export interface Building {
  readonly job: string
  readonly prompt: string
  readonly stage: string
  readonly plan: string
  readonly edit: boolean
  /** The draft as it was when it was asked for. */
  readonly base: FlowDocument
  readonly document: FlowDocument
  /** What a language model has used so far, and how much it may use. */
  readonly budget?: Budget
}

export interface Budget {
  readonly seconds: number
  readonly seconds_of: number
  readonly tokens: number
  readonly tokens_of: number
}

/** `whole` is what the author proposes, `document` what of it is chosen (by the keys of model/proposal.ts). `both`: what the
 * person changed too while the author wrote. */
export interface Proposal {
  readonly whole: FlowDocument
  readonly both: ReadonlySet<string>
  readonly document: FlowDocument
  readonly chosen: ReadonlySet<string>
  readonly compilation: Compilation
}

interface Compile {
  building: Building | null
  /** A finished edit that waits to be accepted or not. */
  proposal: Proposal | null
  latest: Compilation | null
  /** The author chosen by the person; empty: the server's choice. */
  author: string
  /** Nodes that the author has just written, to be shown as new. */
  fresh: ReadonlySet<string>
  failed: string
}

export const useCompile = create<Compile>()(() => ({ building: null, proposal: null, latest: null, author: '', fresh: new Set(), failed: '' }))

/** What is on the canvas: the draft, a whole flow that is being written, or an edit waiting to be accepted. */
export function shownDocument(draft: FlowDocument, { building, proposal }: Pick<Compile, 'building' | 'proposal'>): FlowDocument {
  if (proposal) return proposal.document
  return building && !building.edit ? building.document : draft
}

export async function ask(prompt: string): Promise<void> {
  const { turns } = useFlow.getState()
  const said: Turn = { id: `said ${turns.length} ${Date.now()}`, role: 'person', text: prompt, at: Date.now() }
  useFlow.setState({ turns: [...turns, said] })
  await start(prompt, documentNow().nodes.length > 0)
}

/** The sentence that was built last once more, with answers to what the author asked. */
export async function reask(answers: { readonly [question: string]: Json }): Promise<void> {
  const prompt = sentenceOf(useFlow.getState().turns)
  if (prompt) await start(prompt, documentNow().nodes.length > 0, answers)
}

async function start(prompt: string, edit: boolean, answers?: { readonly [question: string]: Json }): Promise<void> {
  const { id, selection } = useFlow.getState()
  early.length = 0
  // A proposal that waits stays: this may be a question about it.
  const mine: Building = { job: '', prompt, stage: 'start', plan: '', edit, base: documentNow(), document: emptyDocument() }
  useCompile.setState({ failed: '', building: mine })
  useUi.getState().set({ tab: 'conversation' })
  try {
    await saveNow()
    const { lang } = useUi.getState()
    const { author } = useCompile.getState()
    const { job } = await api.compile(id, { prompt, lang, edit, about: [...selection.nodes], ...(author ? { author } : {}), ...(answers ? { answers } : {}) })
    // Called off, perhaps for another sentence, before the job had a name.
    if (useCompile.getState().building !== mine) return void (await api.cancel(job).catch(() => undefined))
    useCompile.setState({ building: { ...mine, job } })
    for (const frame of early.splice(0)) if (frame.job === job) takeFrame(frame)
    follow(job)
  } catch (failure) {
    const detail = failure instanceof HttpFailure ? failure.detail : ''
    if (useCompile.getState().building === mine) useCompile.setState({ building: null, failed: detail || t('compile.failed') })
  }
}

export async function cancel(): Promise<void> {
  const { building } = useCompile.getState()
  useCompile.setState({ building: null })
  if (building?.job) await api.cancel(building.job).catch(() => undefined)
}

/** Frames may overtake the answer that names their job. */
const early: Frame[] = []

/** Go on showing a job that was under way when the page was opened, or catch up after the socket was away. */
export async function resume(job: Job): Promise<void> {
  const edit = job.wish?.edit ?? documentNow().nodes.length > 0
  if (!useCompile.getState().building) {
    follow(job.id)
    const base = job.wish?.document ? asDocument(job.wish.document) : documentNow()
    useCompile.setState({ building: { job: job.id, prompt: job.wish?.prompt ?? '', stage: 'start', plan: '', edit, base, document: emptyDocument() } })
  }
}

const LOOK_AGAIN_MS = 4000

/** Frames can be lost; the job itself is asked now and then until it ends. */
function follow(job: string): void {
  setTimeout(() => {
    if (useCompile.getState().building?.job !== job) return
    void catchUp().then(() => follow(job))
  }, LOOK_AGAIN_MS)
}

export async function catchUp(): Promise<void> {
  const { building } = useCompile.getState()
  if (!building?.job) return
  const job = await api.job(building.job).catch(() => null)
  if (!job || useCompile.getState().building?.job !== job.id) return
  if (job.status === 'done' && job.result) takeFrame({ t: 'compile', job: job.id, stage: 'done', compilation: job.result })
  else if (job.status === 'failed' || job.status === 'cancelled') takeFrame({ t: 'compile', job: job.id, stage: job.status })
}

/** The answer is there and its nodes are being placed; the same answer may come a second time, from a look at the job. */
const ENDING = 'place'

const queue: Frame[] = []
let pacing = false
const PACE_MS = 160

/** A quick author's nodes still appear one after another, so that a person can follow. */
export function takeFrame(frame: Frame): void {
  queue.push(frame)
  if (!pacing) drain()
}

function drain(): void {
  pacing = false
  while (queue.length) {
    const frame = queue.shift()!
    show(frame)
    const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
    if (frame.stage === 'node' && !calm && useCompile.getState().building) {
      pacing = true
      setTimeout(drain, PACE_MS)
      return
    }
  }
}

function show(frame: Frame): void {
  const { building } = useCompile.getState()
  if (!building) return
  if (!building.job) {
    early.push(frame)
    return
  }
  if (frame.job !== building.job || building.stage === ENDING) return
  const stage = String(frame.stage ?? '')
  if (stage === 'done') return void (frame.compilation && finish(frame.compilation as Compilation, building))
  if (stage === 'failed' || stage === 'cancelled') {
    const problem = frame.problem as { message?: unknown } | undefined
    useCompile.setState({ building: null, failed: stage === 'failed' ? String(problem?.message ?? '') || t('compile.failed') : '' })
    return
  }
  useCompile.setState({ building: grown(building, frame, stage) })
}

function grown(building: Building, frame: Frame, stage: string): Building {
  const document = building.document
  if (stage === 'budget') {
    const amount = (name: keyof Budget) => (typeof frame[name] === 'number' ? frame[name] : 0)
    return { ...building, budget: { seconds: amount('seconds'), seconds_of: amount('seconds_of'), tokens: amount('tokens'), tokens_of: amount('tokens_of') } }
  }
  if (stage === 'plan') return { ...building, stage, plan: String(frame.plan ?? frame.text ?? '') }
  if (stage === 'node' && frame.node && typeof frame.node === 'object') {
    const node = frame.node as FlowNode
    const others = document.nodes.filter((other) => other.id !== node.id)
    return { ...building, stage, document: { ...document, nodes: [...others, node] } }
  }
  if (stage === 'setting' && typeof frame.name === 'string') {
    return { ...building, stage, document: { ...document, settings: { ...document.settings, [frame.name]: frame.setting as Setting } } }
  }
  return { ...building, stage: stage || building.stage }
}

async function finish(compilation: Compilation, building: Building): Promise<void> {
  const { turns } = useFlow.getState()
  const turn: Turn = { id: `answer ${turns.length} ${building.job}`, role: 'author', text: compilation.explanation ?? '', compilation, author: compilation.author ?? '', at: Date.now() }
  useFlow.setState({ turns: [...turns, turn], ...(compilation.author && compilation.document ? { author: compilation.author } : {}) })
  if (compilation.asked) {
    useCompile.setState({ building: null })
    if (compilation.about?.length) useFlow.getState().select(selectNodes(compilation.about))
    return
  }
  if (!compilation.document) {
    useCompile.setState({ building: null, latest: compilation })
    // What was not understood is mostly one word away from what is.
    if (!usePrompt.getState().text) usePrompt.setState({ text: building.prompt, focus: Date.now() })
    return
  }
  useCompile.setState({ building: { ...building, stage: ENDING } })
  if (building.edit) return propose(compilation, building)
  const document = await placed(asDocument(compilation.document))
  if (useCompile.getState().building?.job !== building.job) return
  take(document, new Set(document.nodes.map((node) => node.id)))
  useCompile.setState({ building: null, latest: compilation })
}

/** Nothing that the person did while the author wrote is undone by taking what it wrote. */
async function propose(compilation: Compilation, building: Building): Promise<void> {
  const draft = documentNow()
  const { whole, both } = rebased(building.base, draft, asDocument(compilation.document))
  const shown = await placed(whole)
  if (useCompile.getState().building?.job !== building.job) return
  if (!sameContent(draft, documentNow())) return propose(compilation, building) // changed while places were found
  const chosen = new Set(differences(draft, shown).flatMap(({ key }) => (both.has(key) ? [] : [key])))
  const document = merged(draft, shown, chosen)
  useCompile.setState({ building: null, latest: compilation, proposal: { whole: shown, both, document, chosen, compilation } })
}

/** Nodes that were there keep their places; new ones find theirs. */
async function placed(document: FlowDocument): Promise<FlowDocument> {
  const { catalog } = useKnown.getState()
  const before: { readonly [id: string]: Position } = documentNow().layout?.nodes ?? {}
  const kept = Object.fromEntries(document.nodes.flatMap((node) => (before[node.id] ? [[node.id, before[node.id]!]] : [])))
  const own = { ...document, layout: withPositions({ ...document, layout: { nodes: kept } }, document.layout?.nodes ?? {}) }
  if (isLaidOut(own)) return own
  const nothingPlaced = Object.keys(own.layout.nodes ?? {}).length === 0
  const places = nothingPlaced ? await arrange(own, catalog) : withRoom(own, catalog, placeMissing(own, catalog))
  return { ...own, layout: withPositions(own, places) }
}

function take(document: FlowDocument, fresh: ReadonlySet<string>): void {
  const flow = useFlow.getState()
  flow.change(batch({ t: 'whole', document }))
  flow.select(selectNodes([]))
  useCompile.setState({ proposal: null, fresh })
  setTimeout(() => useCompile.setState({ fresh: new Set() }), 2500)
}

/** Put a document that an author wrote earlier on the empty canvas. */
export async function takeEarlier(compilation: Compilation): Promise<void> {
  if (!compilation.document) return
  const document = await placed(asDocument(compilation.document))
  take(document, new Set(document.nodes.map((node) => node.id)))
}

export function acceptProposal(): void {
  const { proposal } = useCompile.getState()
  if (!proposal) return
  const before = new Map(documentNow().nodes.map((node) => [node.id, node]))
  const changed = proposal.document.nodes.filter((node) => !sameContent(before.get(node.id), node))
  take(proposal.document, new Set(changed.map((node) => node.id)))
}

/** Take one change of the proposal, or leave it. */
export function chooseChange(key: string, on: boolean): void {
  const { proposal } = useCompile.getState()
  if (!proposal) return
  const chosen = new Set(proposal.chosen)
  if (on) chosen.add(key)
  else chosen.delete(key)
  useCompile.setState({ proposal: { ...proposal, chosen, document: merged(documentNow(), proposal.whole, chosen) } })
}

export function dropProposal(): void {
  useCompile.setState({ proposal: null })
}

// The flow that plays, on the editor's own canvas; one that was typed grows there node by node.
import { arrange } from '../canvas/arrange'
import { asDocument, emptyDocument, isLaidOut, sameContent, type FlowDocument, type FlowNode, type Position } from '../model/document'
import { withPositions } from '../model/edits'
import { startHistory } from '../model/history'
import { useCompile } from '../session/compile'
import { documentNow, useFlow } from '../session/flow'
import { useKnown } from '../session/known'
import type { FlowRecord } from '../wire/records'
import type { Typed } from './state'

const NODE_MS = 380
/** An author that is ready sooner is shown at that pace at the end, in place. */
const SLOW_MS = 1_500
/** Five columns can be read on the place that the flow has, more go on below. */
const LONGEST = 1_300
/** Of that place, width by height. */
const ASPECT = 1.7

let began = 0
let growing: FlowDocument | null = null
let turn = 0

/** A node or a setting that an author has just written. */
export function written(frame: { readonly stage?: unknown; readonly node?: unknown }): void {
  if (!growing) {
    growing = emptyDocument()
    began = performance.now()
  }
  if (frame.stage !== 'node' || !frame.node || typeof frame.node !== 'object') return
  const node = frame.node as FlowNode
  growing = { ...growing, nodes: [...growing.nodes.filter((other) => other.id !== node.id), node] }
  if (performance.now() - began > SLOW_MS) build(growing)
}

export async function openFlow(raw: unknown, typed: Typed | null): Promise<void> {
  const mine = (turn += 1)
  const document = await laidOut(asDocument(raw))
  if (mine !== turn) return
  const fresh = growing !== null && typed?.state === 'playing'
  growing = null
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
  if (fresh && !calm && performance.now() - began < SLOW_MS + NODE_MS) await reveal(document, mine)
  if (mine !== turn) return
  useCompile.setState({ building: null })
  if (useFlow.getState().loaded && sameContent(documentNow(), document)) return
  const record = { id: 'demo', revision: 0, name: document.name ?? '', document, problems: [], status: 'running', status_problems: [], deployed: null, turns: [], author: null } as unknown as FlowRecord
  useFlow.getState().open(record, startHistory(document))
}

async function reveal(document: FlowDocument, mine: number): Promise<void> {
  for (let shown = 1; shown <= document.nodes.length && mine === turn; shown += 1) {
    build({ ...document, nodes: document.nodes.slice(0, shown) })
    await new Promise((done) => setTimeout(done, NODE_MS))
  }
}

function build(document: FlowDocument): void {
  useCompile.setState({ building: { job: 'demo', prompt: '', stage: 'node', plan: '', edit: false, base: document, document } })
}

async function laidOut(document: FlowDocument): Promise<FlowDocument> {
  if (document.nodes.length === 0 || isLaidOut(document)) return document
  const { catalog } = useKnown.getState()
  const inOneLine = await arrange(document, catalog)
  const places = lengthOf(inOneLine) > LONGEST ? await arrange(document, catalog, [], ASPECT) : inOneLine
  return { ...document, layout: withPositions(document, places) }
}

/** From the first column to the last. */
function lengthOf(places: { readonly [id: string]: Position }): number {
  const lefts = Object.values(places).map(({ x }) => x)
  return Math.max(...lefts) - Math.min(...lefts)
}

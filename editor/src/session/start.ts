// Opening a flow: what is known, the flow itself, the live socket.
import { arrange } from '../canvas/arrange'
import { catalogOf, type Lang } from '../model/catalog'
import { asDocument, isLaidOut, type FlowDocument } from '../model/document'
import { withPositions } from '../model/edits'
import { startHistory } from '../model/history'
import { place, type Problem } from '../model/problems'
import { placeMissing } from '../model/placing'
import { registryOf } from '../model/registry'
import { api } from '../wire/api'
import { opens } from '../wire/http'
import { LiveSocket, type Frame } from '../wire/live'
import { type Status, runs } from '../wire/records'
import { t } from '../words'
import { startArriving } from './arriving'
import { catchUp, resume, takeFrame, useCompile } from './compile'
import { documentNow, useFlow } from './flow'
import { useKnown } from './known'
import { useLive } from './live'
import { arrive, cameOrLeft } from './here'
import { historyOf, startKeeping, takeUnsaved } from './keeping'
import { startKeys } from './keys'
import { showTheme } from './look'
import { readFlow, takeStatus } from './running'
import { isSaving, saveNow, startSaving } from './saving'
import { countAgain, readSnoozes, startSnoozes } from './snoozes'
import { startTrying } from './trying'
import { useUi, type Theme } from './ui'

export interface Shell {
  readonly flow: string
  readonly lang: Lang
  readonly theme: Theme
}

export function shellOf(root: HTMLElement): Shell {
  const { flow = '', lang, theme } = root.dataset
  return { flow, lang: lang === 'ja' ? 'ja' : 'en', theme: theme === 'light' || theme === 'dark' ? theme : 'auto' }
}

export async function start(shell: Shell): Promise<void> {
  const narrow = window.innerWidth < 1100
  useUi.getState().set({ lang: shell.lang, theme: shell.theme, palette: !narrow })
  showTheme(shell.theme)
  const [me, catalog, registry, record, authors] = await Promise.all([api.me(), api.catalog(), api.registry(), api.flow(shell.flow), api.authors().catch(() => [])])
  opens(me.csrf)
  useKnown.setState({ catalog: catalogOf(catalog.kinds), registry: registryOf(registry), authors, troubles: catalog.problems ?? {}, looking: me.role === 'viewer' })
  if (me.role === 'viewer') useUi.getState().set({ palette: false })
  const raw = asDocument(record.document)
  const document = await laidOut({ ...raw, name: raw.name || record.name })
  useFlow.getState().open({ ...record, document: raw }, historyOf(shell.flow, document))
  if (record.job) void resume(record.job)
  startArriving()
  startKeeping()
  startSaving()
  if (me.role !== 'viewer') takeUnsaved(shell.flow, document)
  startTrying()
  startSnoozes()
  startKeys()
  dial(shell.flow)
}

/** Larger flows open with the quick layout; the good one is a button away. */
const MOST_TO_ARRANGE = 150

async function laidOut(document: FlowDocument): Promise<FlowDocument> {
  if (document.nodes.length === 0 || isLaidOut(document)) return document
  const { catalog } = useKnown.getState()
  const quick = document.nodes.length > MOST_TO_ARRANGE || Object.keys(document.layout?.nodes ?? {}).length > 0
  const places = quick ? placeMissing(document, catalog) : await arrange(document, catalog)
  return { ...document, layout: withPositions(document, places) }
}

function dial(flow: string): void {
  const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws'
  const socket = new LiveSocket(`${scheme}://${window.location.host}/ws/live`, {
    frame: (frame) => taken(frame, flow),
    connected: (again) => {
      useLive.setState({ connected: true, ever: true })
      if (again) void saveNow()
      void resync(flow)
      void readSnoozes()
    },
    lost: () => useLive.setState({ connected: false }),
  })
  socket.watch(flow)
  socket.start()
}

function taken(frame: Frame, flow: string): void {
  if (frame.t === 'notice') return notice(frame)
  if (frame.t === 'worker') return void useLive.setState({ worker: { connected: frame.connected !== false, detail: String(frame.detail ?? '') } })
  if (frame.t === 'values') return useLive.getState().takeValues(frame.devices)
  if (frame.t === 'hello') return arrive(frame)
  if (frame.t === 'snoozes') return void readSnoozes()
  if (frame.flow !== flow) return
  // What a worker had sent before it heard that the flow stopped.
  if (frame.t === 'taps' && useFlow.getState().status === 'stopped') return
  if (frame.t === 'taps') useLive.getState().take(frame.edges, frame.nodes)
  else if (frame.t === 'compile') takeFrame(frame)
  else if (frame.t === 'here' || frame.t === 'left') cameOrLeft(frame)
  else if (frame.t === 'flow') flowFrame(frame, flow)
}

function notice(frame: Frame): void {
  const inside = (frame.notice && typeof frame.notice === 'object' ? frame.notice : frame) as { text?: unknown; flow?: unknown; snoozed?: unknown }
  // What a snooze holds back is not told here either.
  if (inside.snoozed) return countAgain()
  if (typeof inside.text === 'string') useUi.getState().toast(`${t('live.notice')}: ${inside.text}`)
}

function flowFrame(frame: Frame, flow: string): void {
  const before = useFlow.getState()
  const status = frame.status as Status | undefined
  if (status && (status as string) !== 'deleted') {
    takeStatus(status, Array.isArray(frame.problems) ? (frame.problems as Problem[]) : undefined)
    if (runs(status) && before.status !== status) void readFlow()
    if (status === 'rolled_back' && before.status !== status) useUi.getState().toast(useFlow.getState().statusDetail[0]?.message ?? t('status.rolled_back'), true)
  }
  if (typeof frame.revision === 'number') othersChange(frame.revision, flow)
}

const MINE_MS = 700

/** Somebody else saved: with nothing unsaved here theirs is shown at once; otherwise the next save meets a conflict. */
function othersChange(revision: number, flow: string): void {
  setTimeout(() => {
    const now = useFlow.getState()
    if (revision > now.revision && now.saving === 'saved' && !isSaving() && !useCompile.getState().building) void takeTheirs(flow)
  }, MINE_MS)
}

async function takeTheirs(flow: string): Promise<void> {
  const record = await api.flow(flow).catch(() => null)
  if (!record) return
  const document = await laidOut(asDocument(record.document))
  // The person may have changed something meanwhile: then it is a conflict, which the next save meets.
  const now = useFlow.getState()
  if (now.saving !== 'saved' || isSaving() || record.revision <= now.revision) return
  useFlow.setState({ history: startHistory(document), base: document, revision: record.revision, problems: place(record.problems, record.document), turns: record.turns })
  useUi.getState().toast(t('conflict.refreshed'))
}

/** What came between the reading and the line, or while it was away: status, turns and whatever a job did meanwhile. */
async function resync(flow: string): Promise<void> {
  const record = await readFlow()
  if (!record) return
  await catchUp()
  othersChange(record.revision, flow)
  if (!useCompile.getState().building && documentNow().nodes.length === 0) useFlow.setState({ turns: record.turns })
}

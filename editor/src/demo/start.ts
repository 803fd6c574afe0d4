// Opening a demo: what is known, then its stream; a page that was reloaded finds it as it is.
import { catalogOf, type Lang } from '../model/catalog'
import { registryOf } from '../model/registry'
import { wholeShown, withShown, type Seen } from '../model/show'
import { useKnown } from '../session/known'
import { useLive } from '../session/live'
import { showTheme } from '../session/look'
import { useUi, type Theme } from '../session/ui'
import { useShow } from '../show/state'
import { api } from '../wire/api'
import { call, HttpFailure, opens } from '../wire/http'
import { t } from '../words'
import { openFlow, written } from './flow'
import { takeNews } from './held'
import { useDemo, type Playing, type Told } from './state'

const OVER = 4403
const LONGEST_WAIT_MS = 5_000

type Whole = Partial<Seen> & Playing & { readonly seq: number; readonly document: unknown; readonly edges: unknown; readonly nodes: unknown }
type Frame = { readonly t: string; readonly seq?: number; readonly whole?: Whole } & Partial<Seen> & Partial<Playing> & { readonly edges?: unknown; readonly nodes?: unknown; readonly stage?: unknown; readonly node?: unknown }

let seq = 0

export interface Shell {
  readonly scenario: string
  readonly lang: Lang
  readonly theme: Theme
}

export async function start(shell: Shell): Promise<void> {
  useUi.getState().set({ lang: shell.lang, theme: shell.theme })
  showTheme(shell.theme)
  const [me, catalog] = await Promise.all([api.me(), api.catalog()])
  opens(me.csrf)
  useKnown.setState({ catalog: catalogOf(catalog.kinds), troubles: catalog.problems ?? {}, looking: true })
  await open(shell.scenario)
}

/** The person's demo of this scenario: the one that goes on, or a new one. */
export async function open(scenario: string): Promise<void> {
  try {
    const { id } = await call<{ id: string }>('POST', '/api/demos', { scenario, lang: useUi.getState().lang })
    const told = await call<Told>('GET', `/api/demos/${id}`)
    useKnown.setState({ registry: registryOf(told.registry) })
    useShow.setState({ about: told, source: { picture: (sha256) => `/api/demos/${id}/pictures/${sha256}`, plan: `/api/demos/${id}/plan` } })
    useDemo.setState({ told, over: false, failed: '' })
    dial(id, 0)
  } catch (failure) {
    if (failure instanceof HttpFailure && failure.status === 401) return window.location.reload()
    const detail = failure instanceof HttpFailure ? failure.detail : ''
    useDemo.setState({ failed: detail || t('demo.not_opened'), over: true })
  }
}

function dial(id: string, tries: number): void {
  const socket = new WebSocket(`${window.location.protocol === 'https:' ? 'wss' : 'ws'}://${window.location.host}/ws/demo/${id}`)
  socket.onopen = () => {
    tries = 0
    useDemo.setState({ connected: true })
  }
  socket.onmessage = (event) => {
    const frame = JSON.parse(String(event.data)) as Frame
    if (frame.t === 'demo_writes') written(frame)
    else if (frame.whole) takeWhole(frame.whole)
    else if (!take(frame)) socket.close()
  }
  socket.onclose = (event) => {
    useDemo.setState({ connected: false })
    if (event.code === OVER) return void useDemo.setState({ over: true })
    setTimeout(() => dial(id, tries + 1), Math.min(LONGEST_WAIT_MS, 300 * 2 ** tries))
  }
}

function takeWhole(whole: Whole): void {
  seq = whole.seq
  useShow.setState({ seen: { ...wholeShown(pick(whole)), step: useShow.getState().seen.step } })
  takeNews(whole)
  useLive.getState().clear()
  useLive.getState().take(whole.edges, whole.nodes)
  openFlow(whole.document, whole.typed)
}

/** False where a frame was missed: then everything is asked for again. */
function take(frame: Frame): boolean {
  if (typeof frame.seq !== 'number' || frame.seq <= seq) return true
  if (frame.seq > seq + 1) return false
  seq = frame.seq
  const { step: _step, ...seen } = frame
  useShow.setState({ seen: withShown(useShow.getState().seen, seen) })
  takeNews(frame)
  if (frame.edges || frame.nodes) useLive.getState().take(frame.edges ?? {}, frame.nodes ?? {})
  return true
}

function pick({ now, start, run, step, readings, points, levels, limits, boxes, alerts }: Whole): Partial<Seen> {
  return Object.fromEntries(Object.entries({ now, start, run, step, readings, points, levels, limits, boxes, alerts }).filter(([, value]) => value !== undefined))
}

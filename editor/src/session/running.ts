// Deploy, stop, live settings, and what differs between the draft and what runs.
import type { FlowDocument, Json } from '../model/document'
import { api } from '../wire/api'
import { HttpFailure } from '../wire/http'
import type { FlowRecord, Status } from '../wire/records'
import type { Problem } from '../model/problems'
import { t } from '../words'
import { documentNow, useFlow } from './flow'
import { useLive } from './live'
import { alone } from './saving'
import { useUi } from './ui'

/** A document's meaning as text: without places and notes, whatever the order of keys. */
function meaning(document: FlowDocument): string {
  const { layout: _layout, notes: _notes, ...rest } = document
  return JSON.stringify(rest, (_key, value: unknown) =>
    value && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value)
}

export function draftDiffers(draft: FlowDocument, deployed: FlowDocument | undefined): boolean {
  return deployed !== undefined && meaning(draft) !== meaning(deployed)
}

/** Settings whose value alone changed: they can be sent to the running flow. */
export function liveDifference(draft: FlowDocument, deployed: FlowDocument): { [name: string]: Json } {
  const changed = Object.entries(draft.settings ?? {}).filter(([name, setting]) => {
    const before = deployed.settings?.[name]
    return before !== undefined && before.value !== setting.value && before.unit === setting.unit
  })
  return Object.fromEntries(changed.map(([name, setting]) => [name, setting.value]))
}

export async function applyLive(values: { [name: string]: Json }): Promise<void> {
  const { id, deployed } = useFlow.getState()
  try {
    // The server changes the draft too: what is typed meanwhile is saved after that, not against it.
    await alone(async () => {
      const { revision } = await api.liveSettings(id, values)
      if (revision !== undefined) useFlow.setState({ revision })
    })
    if (deployed) {
      const settings = { ...deployed.document.settings }
      for (const [name, value] of Object.entries(values)) settings[name] = { ...settings[name], value }
      useFlow.setState({ deployed: { ...deployed, document: { ...deployed.document, settings } } })
    }
    useUi.getState().toast(t('settings.applied'))
  } catch (failure) {
    useUi.getState().toast(wordsOf(failure), true)
  }
}

export async function stopFlow(): Promise<void> {
  try {
    await api.stop(useFlow.getState().id)
    takeStatus('stopped')
    useUi.getState().toast(t('deploy.stopped'))
  } catch (failure) {
    useUi.getState().toast(wordsOf(failure), true)
  }
}

export async function afterDeploy(version: number): Promise<void> {
  useFlow.setState({ status: 'starting', deployed: { version, document: documentNow(), at: Date.now(), by: null } })
  await readFlow()
}

/** How often a status was told, and how often the flow was asked for. */
let told = 0
let asked = 0

/** The status as it is told; what runs no more has no live values. */
export function takeStatus(status: Status, detail?: readonly Problem[]): void {
  told += 1
  useFlow.setState({ status, ...(detail ? { statusDetail: detail } : {}) })
  if (status === 'stopped') useLive.getState().clear()
}

/** The flow as the server has it, its status and what is deployed taken over. What was told meanwhile is newer, and the
 *  newest question counts, whatever is answered last. */
export async function readFlow(): Promise<FlowRecord | null> {
  const before = told
  const mine = (asked += 1)
  const record = await api.flow(useFlow.getState().id).catch(() => null)
  if (!record || mine !== asked) return record
  if (told === before) takeStatus(record.status, record.status_problems ?? [])
  useFlow.setState({ deployed: record.deployed })
  return record
}

export function wordsOf(failure: unknown): string {
  if (failure instanceof HttpFailure) return failure.detail || (failure.status === 0 ? t('net.away') : t('net.failed', { status: failure.status }))
  return t('net.away')
}

// The HTTP API, one function per route.
import type { KindInfo, Schema } from '../model/catalog'
import type { FlowDocument, Json } from '../model/document'
import type { ToEarth } from '../model/polygon'
import type { Problem } from '../model/problems'
import type { TroubleBook } from '../model/troubles'
import type { Sample } from '../model/samples'
import type { Registry, TypeField } from '../model/registry'
import type { Snooze } from '../model/snoozes'
import type { TryStep } from '../model/travel'
import type { Accuracy, Approval, AskForecast, Author, Deploying, FlowRecord, Job, Me, Tried, Version, VersionPage } from './records'
import { call } from './http'

/** A picture of a floor or a site; `tied` says how to get to the earth and back, if anybody has tied it. */
export interface Plan {
  readonly id: string
  readonly name: string
  readonly picture: string
  readonly tied: { readonly to_earth: ToEarth; readonly metres: number } | null
}

const flow = (id: string) => `/api/flows/${encodeURIComponent(id)}`

export const api = {
  me: () => call<Me>('GET', '/api/me'),
  setMe: (part: { lang?: string; theme?: string }) => call<unknown>('PUT', '/api/me', part),
  catalog: () => call<{ kinds: KindInfo[]; schema: Schema; problems?: TroubleBook }>('GET', '/api/catalog'),
  snoozes: () => call<Snooze[]>('GET', '/api/snoozes'),
  snooze: (flow: string, choice: 'hour' | 'morning') => call<Snooze>('POST', '/api/snoozes', { flow, choice }),
  endSnooze: (id: string) => call<unknown>('DELETE', `/api/snoozes/${encodeURIComponent(id)}`),
  registry: () => call<Registry>('GET', '/api/registry'),
  authors: () => call<Author[]>('GET', '/api/authors'),
  flow: (id: string) => call<FlowRecord>('GET', flow(id)),
  save: (id: string, document: FlowDocument, revision: number, signal?: AbortSignal) =>
    call<{ revision: number; problems: Problem[] }>('PUT', flow(id), { document, revision }, signal),
  validate: (document: FlowDocument) => call<{ problems: Problem[] }>('POST', '/api/validate', { document }),
  shapes: (document: FlowDocument) => call<{ shapes: { [node: string]: TypeField[] }; functions?: string[] }>('POST', '/api/shapes', { document }),
  expression: (document: FlowDocument, node: string, expr: string, event: Sample | null, signal?: AbortSignal) =>
    call<{ type?: string; value?: Json; failed?: string; problem?: { message: string; position?: number } }>('POST', '/api/expression', { document, node, expr, ...(event ? { event } : {}) }, signal),
  text: (document: FlowDocument, node: string, text: string, event: Sample, signal?: AbortSignal) =>
    call<{ text?: string; missing?: string[] }>('POST', '/api/text', { document, node, text, event }, signal),
  runs: (document: FlowDocument, node: string, signal?: AbortSignal) => call<{ runs?: number[]; zone?: string }>('POST', '/api/runs', { document, node }, signal),
  tryOut: (document: FlowDocument, start: number, steps: readonly TryStep[], answers: { readonly [node: string]: Json }, signal?: AbortSignal) =>
    call<Tried>('POST', '/api/try', { document, start, steps, answers }, signal),
  compile: (id: string, wish: { prompt: string; lang: string; author?: string; edit: boolean; about?: readonly string[]; answers?: { [id: string]: Json } }) =>
    call<{ job: string }>('POST', `${flow(id)}/compile`, wish),
  job: (job: string) => call<Job>('GET', `/api/jobs/${encodeURIComponent(job)}`),
  cancel: (job: string) => call<unknown>('POST', `/api/jobs/${encodeURIComponent(job)}/cancel`),
  deploy: (id: string, approve: readonly string[], comment?: string) =>
    call<{ version: number }>('POST', `${flow(id)}/deploy`, { approve, ...(comment ? { comment } : {}) }),
  back: (id: string, version: number, approve: readonly string[]) => call<{ version: number }>('POST', `${flow(id)}/back`, { version, approve }),
  versions: (id: string, before?: number) => call<VersionPage>('GET', `${flow(id)}/versions${before === undefined ? '' : `?before=${before}`}`),
  version: (id: string, version: number) => call<Version>('GET', `${flow(id)}/versions/${version}`),
  stop: (id: string) => call<unknown>('POST', `${flow(id)}/stop`),
  liveSettings: (id: string, values: { [name: string]: Json }) => call<{ revision?: number }>('PUT', `${flow(id)}/settings`, { values }),
  deploying: (id: string) => call<Deploying>('GET', `${flow(id)}/diff`),
  asks: (id: string, document: FlowDocument) => call<{ nodes: AskForecast[] }>('POST', `${flow(id)}/asks`, { document }),
  accuracy: (id: string) => call<{ nodes: Accuracy[] }>('GET', `${flow(id)}/accuracy`),
  importFlow: (document: unknown, registry?: unknown) => call<FlowRecord>('POST', '/api/flows/import', registry ? { document, registry } : { document }),
  plans: () => call<Plan[]>('GET', '/api/plans'),
  exportPath: (id: string, registry: boolean) => `${flow(id)}/export?registry=${registry ? 1 : 0}`,
}

export type { Approval }

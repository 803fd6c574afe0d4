// What the server answers.
import type { FlowDocument, Json } from '../model/document'
import type { Problem } from '../model/problems'
import type { Told } from '../model/travel'

export interface Me {
  readonly user: string
  readonly workspace: { readonly id: string; readonly name: string; readonly zone: string }
  readonly lang: 'ja' | 'en'
  readonly role: 'owner' | 'member' | 'viewer'
  readonly csrf: string
}

export interface Author {
  readonly id: string
  readonly label: string
  readonly ready: boolean
  readonly detail: string
}

export interface Question {
  readonly id: string
  readonly text: string
  readonly setting: string
  readonly options: readonly { readonly value: Json; readonly label: string }[]
  readonly default: Json
  readonly why?: string
}

export interface Assumption {
  readonly setting: string
  readonly value: Json
  readonly unit?: string | null
  readonly text: string
}

/** One stream of a trial: what was given, what had to come of it, what happened (docs/adr/0020). */
export interface TrialStream {
  readonly stream: string
  readonly sort: string
  readonly start?: string
  readonly until?: string
  readonly given: readonly { readonly [key: string]: Json }[]
  readonly answers: readonly { readonly [key: string]: Json }[]
  readonly expected: readonly { readonly [key: string]: Json }[]
  readonly fired: readonly { readonly [key: string]: Json }[]
  readonly more?: number
  readonly passed: boolean
  readonly words: string
}

export interface Evidence {
  readonly streams: readonly TrialStream[]
  readonly unreached: readonly string[]
  readonly words?: readonly string[]
  readonly reading?: { readonly parts: readonly ReadPart[]; readonly unused: readonly string[] }
}

/** Some words of a sentence, how sure the author is of them, and what was built of them (docs/adr/0023). */
export interface ReadPart {
  readonly words: string
  readonly sort: 'when' | 'do' | 'change' | 'answer'
  readonly confidence: number
  readonly nodes?: readonly string[]
  readonly settings?: { readonly [name: string]: string }
}

export interface Compilation {
  readonly document: FlowDocument | null
  readonly plan?: string
  readonly questions: readonly Question[]
  readonly assumptions: readonly Assumption[]
  readonly problems: readonly Problem[]
  readonly evidence?: Evidence
  readonly explanation?: string
  readonly author?: string
  /** The sentence was a question about the flow: `explanation` is the answer, `about` the nodes that it speaks of. */
  readonly asked?: 'explain' | 'why' | 'suppose'
  readonly about?: readonly string[]
  readonly answers?: { readonly [question: string]: Json }
}

export interface Turn {
  readonly id: string
  readonly role: 'person' | 'author'
  readonly text: string
  readonly author?: string
  readonly at?: number
  readonly compilation?: Compilation | null
}

export interface Job {
  readonly id: string
  readonly status: string
  /** `document`: the draft that an edit was asked for. */
  readonly wish?: { readonly prompt?: string; readonly edit?: boolean; readonly document?: unknown }
  readonly result?: unknown
  readonly problem?: string
}

export type Status = 'draft' | 'starting' | 'running' | 'stopped' | 'failed' | 'rolled_back'

/** Whether a version runs; after a roll-back it is the one before. */
export const runs = (status: Status) => status === 'running' || status === 'rolled_back'

export interface FlowRecord {
  readonly id: string
  readonly name: string
  readonly document: FlowDocument
  readonly revision: number
  readonly author?: string | null
  readonly deployed: Version | null
  readonly status: Status
  readonly status_problems?: readonly Problem[]
  readonly problems: readonly Problem[]
  readonly turns: readonly Turn[]
  readonly job?: Job | null
}

export interface Approval {
  readonly hash: string
  readonly node?: string
  readonly device: Json
  readonly command: string
  readonly values: Json
  readonly text: string
}

export interface Version {
  readonly version: number
  readonly document: FlowDocument
  readonly at: number
  readonly by: string | null
  readonly comment?: string
}

/** A version in the list: without its document, with the number of things in which it differs from the one before. */
export interface VersionRow extends Omit<Version, 'document'> {
  readonly changes: number | null
}

export interface VersionPage {
  readonly versions: readonly VersionRow[]
  readonly more: boolean
}

/** What there is to know before a deploy: the version to go back to, and whether a comment is wanted. */
export interface Deploying {
  readonly before: Version | null
  readonly comment_needed: boolean
}

/** Whether all questions of the flow stay within one limit; null: not known. */
export interface AskLimit {
  readonly of: 'flow' | 'workspace'
  readonly what: 'calls' | 'tokens' | 'money'
  readonly limit: number
  readonly fits: boolean | null
}

/** About what one node that asks a language model takes: questions, tokens and money a day, null where that is not known. */
export interface AskForecast {
  readonly node: string
  readonly label: string
  readonly model: string
  readonly asks: number | null
  readonly basis: 'measured' | 'as_now' | 'at_most' | 'unknown'
  readonly days: number
  readonly tokens_in: number
  readonly tokens_out: number
  readonly measured: boolean
  readonly tokens: number | null
  readonly money: number | null
  readonly priced: boolean
  readonly currency: string
  readonly second: string | null
  readonly limits: readonly AskLimit[]
}

/** How many answers of a node and model people have marked, and how many of these were right. */
export interface Accuracy {
  readonly node: string
  readonly model: string
  readonly n: number
  readonly right: number
  readonly percent: number
}

/** What a step of a try did, or what is wrong with the draft. */
export type Tried = Told | { readonly problems: readonly Problem[] }

// The kinds as /api/catalog gives them. The editor knows no kind by name: everything is read from here.
import type { FlowDocument, Json } from './document'

export type Lang = 'ja' | 'en'
export type Words = { readonly ja?: string; readonly en?: string; readonly [lang: string]: string | undefined }

export interface Port {
  readonly name: string
  readonly label: Words
}

export interface KindWords {
  readonly label: string
  readonly summary: string
  readonly description?: string
  readonly params?: { readonly [name: string]: string }
  readonly labels?: { readonly [name: string]: string }
}

export interface Marks {
  readonly settable?: boolean
  readonly identity?: boolean
  readonly ref?: string
  readonly unit_of?: string
  readonly format?: string
  readonly exactly_one?: readonly string[]
  /** Belongs to this one of the params of which exactly one is given. */
  readonly only_with?: string
  readonly [fact: string]: unknown
}

export interface Schema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly Json[]
  readonly const?: Json
  readonly properties?: { readonly [name: string]: Schema }
  readonly required?: readonly string[]
  readonly items?: Schema | boolean
  readonly prefixItems?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly additionalProperties?: boolean | Schema
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly default?: Json
  readonly examples?: readonly Json[]
  readonly title?: string
  readonly description?: string
  readonly $ref?: string
  readonly $defs?: { readonly [name: string]: Schema }
  readonly 'x-suiro'?: Marks
}

export interface KindInfo {
  readonly id: string
  readonly group: string
  readonly icon: string
  /** What a snooze holds back of it. */
  readonly held_as?: 'notice' | 'command' | ''
  readonly version: number
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  readonly words: { readonly [lang: string]: KindWords }
  readonly schema: Schema
  /** Params of which exactly one must be given. */
  readonly exactly_one?: readonly string[]
  /** What a key remembers, by the name of the memory's field. */
  readonly memory?: { readonly [lang: string]: { readonly [name: string]: string } }
  readonly phrases?: readonly { readonly lang: string; readonly text: string }[]
  readonly examples?: readonly { readonly title: Words; readonly document: FlowDocument }[]
}

export interface Catalog {
  readonly kinds: readonly KindInfo[]
  readonly byId: ReadonlyMap<string, KindInfo>
}

export function catalogOf(kinds: readonly KindInfo[]): Catalog {
  return { kinds, byId: new Map(kinds.map((kind) => [kind.id, kind])) }
}

export function spoken(words: Words | undefined, lang: Lang, otherwise: string): string {
  return words?.[lang] || words?.en || words?.ja || otherwise
}

export function kindWords(kind: KindInfo | undefined, lang: Lang): KindWords | undefined {
  return kind?.words[lang] ?? kind?.words.en
}

export function isSource(kind: KindInfo | undefined): boolean {
  return kind !== undefined && kind.inputs.length === 0
}

// How a problem on a running flow's trace is said: the catalog brings the templates, the trace brings code and args.
import type { Lang } from './catalog'
import type { Json } from './document'

export interface TroubleWords {
  readonly severity: string
  readonly ja: readonly string[]
  readonly en: readonly string[]
}

export type TroubleBook = { readonly [code: string]: TroubleWords }

/** The first template whose names all have a value, filled once; a code that is not known is shown as such. */
export function sayTrouble(book: TroubleBook, code: string, args: { readonly [name: string]: Json }, lang: Lang): string {
  const templates = book[code]?.[lang] ?? []
  const given = (name: string) => args[name] !== undefined && args[name] !== null && args[name] !== '' && !(Array.isArray(args[name]) && args[name].length === 0)
  const fits = templates.find((template) => namesIn(template).every(given)) ?? templates.at(-1)
  return fits === undefined ? code : fits.replace(/\{(\w+)\}/g, (_, name: string) => spokenValue(args[name]))
}

function namesIn(template: string): string[] {
  return [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)
}

function spokenValue(value: Json | undefined): string {
  if (value === undefined || value === null) return '–'
  if (Array.isArray(value)) return value.map(spokenValue).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

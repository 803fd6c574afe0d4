// Params of which exactly one is given (a comparison, a kind of schedule) are shown as one field.
import type { Schema } from './catalog'
import type { Params } from './document'

export function groupsOf(schema: Schema): string[][] {
  const names = new Set(Object.keys(schema.properties ?? {}))
  const marked = schema['x-suiro']?.one_of
  const lists: unknown[] = Array.isArray(marked) ? (marked.every((m) => typeof m === 'string') ? [marked] : marked) : []
  const required = (schema.oneOf ?? []).map((branch) => branch.required?.length === 1 ? branch.required[0]! : null)
  if (required.length > 1 && required.every((name) => name !== null)) lists.push(required)
  return lists.filter((list): list is string[] => Array.isArray(list) && list.length > 1 && list.every((name) => names.has(name)))
}

/** The one that is given; the first where none is. */
export function chosenOf(group: readonly string[], params: Params): string {
  return group.find((name) => params[name] !== undefined && params[name] !== null) ?? group[0]!
}

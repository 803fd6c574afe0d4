// Params of which exactly one is given (a comparison, a way to repeat) are shown as one field.
import type { KindInfo, Schema } from './catalog'
import type { Json, Params } from './document'
import { inner } from './schema'

/** The group that `name` belongs to, if any. */
export function groupOf(kind: KindInfo, name: string): readonly string[] | null {
  const group = kind.exactly_one ?? []
  return group.length > 1 && group.includes(name) ? group : null
}

/** The same inside the rows of a list, such as the areas of a node. */
export function oneOfIn(item: Schema): readonly string[] {
  return item['x-suiro']?.exactly_one ?? []
}

/** Whether a property goes away while `chosen` is the one of its group: another of the group, or what belongs to another. */
export function goesWith(group: readonly string[], chosen: string | undefined, name: string, schema: Schema, root: Schema): boolean {
  if (group.includes(name)) return name !== chosen
  const only = inner(schema, root).marks.only_with
  return only !== undefined && only !== chosen
}

/** The one that is given; the first where none is. */
export function chosenOf(group: readonly string[], params: Params): string {
  return group.find((name) => params[name] !== undefined && params[name] !== null) ?? group[0]!
}

/** A value for a param that takes the place of another: the old one where it fits, else a first one to start from. */
export function carriedOver(value: Json | undefined, from: Schema, to: Schema, root: Schema): Json | undefined {
  const [a, b] = [inner(from, root), inner(to, root)]
  const setting = typeof value === 'string' && value.startsWith('$')
  if (b.plain.prefixItems) return Array.isArray(value) ? value : value === undefined ? undefined : b.plain.prefixItems.map(() => value)
  if (Array.isArray(value)) return a.plain.prefixItems ? value[0] : undefined
  const same = a.plain.type === b.plain.type && a.marks.format === b.marks.format
  if (value !== undefined && (same || setting)) return value
  return to.examples?.[0] ?? b.plain.examples?.[0]
}

// The names that a node's params give to what a key may stand in: states, bands.
import type { KindInfo } from './catalog'
import type { FlowNode } from './document'
import { inner, propertiesOf } from './schema'

export function namesOfStandings(node: FlowNode, kind: KindInfo | undefined): readonly string[] {
  if (!kind) return []
  const params = Object.entries(propertiesOf(kind.schema)).filter(([, schema]) => inner(schema, kind.schema).marks.standings)
  return params.flatMap(([name]) => namesIn(node.params?.[name]))
}

/** The names in a list of texts, or of things with a name. */
export function namesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(nameOf).filter((word): word is string => word !== undefined) : []
}

function nameOf(item: unknown): string | undefined {
  if (typeof item === 'string') return item
  const name = item && typeof item === 'object' ? (item as { name?: unknown }).name : undefined
  return typeof name === 'string' ? name : undefined
}

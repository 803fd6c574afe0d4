// A setting has no schema of its own: what it may be follows from the params that use it.
import type { Catalog, Schema } from './catalog'
import type { FlowDocument, FlowNode, Json } from './document'
import { inner } from './schema'

export interface Use {
  readonly node: FlowNode
  readonly param: string
  readonly schema: Schema
  readonly root: Schema
}

export function firstUse(document: FlowDocument, catalog: Catalog, name: string): Use | null {
  for (const node of document.nodes) {
    const root = catalog.byId.get(node.kind)?.schema
    if (!root) continue
    for (const [param, value] of Object.entries(node.params ?? {})) {
      const schema = root.properties?.[param]
      const found = schema && schemaAt(value, schema, root, `$${name}`)
      if (found) return { node, param, schema: found, root }
    }
  }
  return null
}

function schemaAt(value: Json, schema: Schema, root: Schema, wanted: string): Schema | null {
  if (value === wanted) return schema
  if (!value || typeof value !== 'object') return null
  const { plain, marks } = inner(schema, root)
  const items = Array.isArray(value)
    ? value.map((item, i) => [item, plain.prefixItems?.[i] ?? (typeof plain.items === 'object' ? plain.items : {})] as const)
    : Object.entries(value).map(([key, item]) => [item, plain.properties?.[key] ?? {}] as const)
  for (const [item, part] of items) {
    const found = schemaAt(item, { ...part, 'x-suiro': { ...marks, ...part['x-suiro'] } }, root, wanted)
    if (found) return found
  }
  return null
}

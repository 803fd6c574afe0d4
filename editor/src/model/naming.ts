// What a node is called: its label, else what it is; with its id where that would not tell two apart.
import { kindWords, type Catalog, type Lang } from './catalog'
import { nodeById, type FlowDocument, type FlowNode } from './document'

export function nodeName(document: FlowDocument, catalog: Catalog, id: string, lang: Lang): string {
  const node = nodeById(document, id)
  if (!node) return id
  const name = bareName(node, catalog, lang)
  const shared = document.nodes.some((other) => other.id !== id && bareName(other, catalog, lang) === name)
  return shared ? `${name} (${id})` : name
}

/** The names of all nodes at once. */
export function namesOf(document: FlowDocument, catalog: Catalog, lang: Lang): ReadonlyMap<string, string> {
  const bare = document.nodes.map((node) => [node.id, bareName(node, catalog, lang)] as const)
  const count = new Map<string, number>()
  for (const [, name] of bare) count.set(name, (count.get(name) ?? 0) + 1)
  return new Map(bare.map(([id, name]) => [id, count.get(name)! > 1 ? `${name} (${id})` : name]))
}

function bareName(node: FlowNode, catalog: Catalog, lang: Lang): string {
  return node.label || (kindWords(catalog.byId.get(node.kind), lang)?.label ?? node.kind)
}

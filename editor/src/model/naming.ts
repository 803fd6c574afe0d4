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

function bareName(node: FlowNode, catalog: Catalog, lang: Lang): string {
  return node.label || (kindWords(catalog.byId.get(node.kind), lang)?.label ?? node.kind)
}

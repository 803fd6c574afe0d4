// Changes as data. Applying one gives the new document and the change that takes it back.
import type { FlowDocument, FlowNode } from './document'

export type TopKey = Exclude<keyof FlowDocument, 'nodes'>

export type Change =
  | { readonly t: 'insert'; readonly index: number; readonly node: FlowNode }
  | { readonly t: 'remove'; readonly id: string }
  | { readonly t: 'replace'; readonly id: string; readonly node: FlowNode }
  | { readonly t: 'put'; readonly key: TopKey; readonly value: unknown }
  | { readonly t: 'whole'; readonly document: FlowDocument }
  | { readonly t: 'batch'; readonly changes: readonly Change[] }

export interface Applied {
  readonly document: FlowDocument
  readonly inverse: Change
}

const NOTHING: Change = { t: 'batch', changes: [] }

export function batch(...changes: readonly Change[]): Change {
  const flat = changes.flatMap((change) => (change.t === 'batch' ? change.changes : [change]))
  return flat.length === 1 ? flat[0]! : { t: 'batch', changes: flat }
}

export function changesNothing(change: Change): boolean {
  return change.t === 'batch' && change.changes.every(changesNothing)
}

export function apply(document: FlowDocument, change: Change): Applied {
  switch (change.t) {
    case 'insert':
      return insert(document, change.index, change.node)
    case 'remove':
      return remove(document, change.id)
    case 'replace':
      return replace(document, change.id, change.node)
    case 'put':
      return put(document, change.key, change.value)
    case 'whole':
      return { document: change.document, inverse: { t: 'whole', document } }
    case 'batch':
      return applyAll(document, change.changes)
  }
}

function insert(document: FlowDocument, wanted: number, node: FlowNode): Applied {
  if (document.nodes.some((other) => other.id === node.id)) return { document, inverse: NOTHING }
  const index = Math.max(0, Math.min(wanted, document.nodes.length))
  const nodes = [...document.nodes.slice(0, index), node, ...document.nodes.slice(index)]
  return { document: { ...document, nodes }, inverse: { t: 'remove', id: node.id } }
}

function remove(document: FlowDocument, id: string): Applied {
  const index = document.nodes.findIndex((node) => node.id === id)
  if (index < 0) return { document, inverse: NOTHING }
  const nodes = document.nodes.filter((_, i) => i !== index)
  return { document: { ...document, nodes }, inverse: { t: 'insert', index, node: document.nodes[index]! } }
}

function replace(document: FlowDocument, id: string, node: FlowNode): Applied {
  const index = document.nodes.findIndex((other) => other.id === id)
  const taken = id !== node.id && document.nodes.some((other) => other.id === node.id)
  if (index < 0 || taken) return { document, inverse: NOTHING }
  const nodes = document.nodes.map((other, i) => (i === index ? node : other))
  return { document: { ...document, nodes }, inverse: { t: 'replace', id: node.id, node: document.nodes[index]! } }
}

function put(document: FlowDocument, key: TopKey, value: unknown): Applied {
  const before = document[key]
  const next: Record<string, unknown> = { ...document, [key]: value }
  if (value === undefined) delete next[key]
  return { document: next as unknown as FlowDocument, inverse: { t: 'put', key, value: before } }
}

function applyAll(document: FlowDocument, changes: readonly Change[]): Applied {
  const inverses: Change[] = []
  let current = document
  for (const change of changes) {
    const applied = apply(current, change)
    current = applied.document
    inverses.unshift(applied.inverse)
  }
  return { document: current, inverse: { t: 'batch', changes: inverses } }
}

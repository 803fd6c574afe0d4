// Fresh ids for nodes and settings: short, readable, never taken.
import { ID_PATTERN, type FlowDocument } from './document'

export function freshName(taken: ReadonlySet<string>, wish: string): string {
  const cleaned = wish.toLowerCase().replace(/[^a-z0-9_]+/g, '_').replace(/^[^a-z]+/, '').replace(/_+$/, '').slice(0, 28)
  const stem = cleaned || 'n'
  if (!taken.has(stem) && ID_PATTERN.test(stem)) return stem
  const base = stem.replace(/_?\d+$/, '') || 'n'
  for (let n = 2; ; n += 1) {
    const candidate = `${base}_${n}`
    if (!taken.has(candidate)) return candidate
  }
}

export function freshId(document: FlowDocument, wish: string, also: Iterable<string> = []): string {
  return freshName(new Set([...document.nodes.map((node) => node.id), ...also]), wish)
}

export function freshSetting(document: FlowDocument, wish: string): string {
  return freshName(new Set(Object.keys(document.settings ?? {})), wish)
}

// Problems come with a JSON Pointer into the document that was checked; the editor shows them on node and param.
import type { Change } from './changes'
import type { FlowDocument, FlowNode, Json } from './document'

export interface Problem {
  readonly code: string
  readonly path: string
  readonly message: string
  readonly hint?: string
  readonly severity: 'error' | 'warning'
  readonly fix?: { readonly path: string; readonly value: Json }
  readonly allowed?: readonly Json[]
  /** The name that is missing, where one is. */
  readonly key?: string
}

export interface PlacedProblem extends Problem {
  /** The node's id, or null for a problem of the whole flow. */
  readonly node: string | null
  /** The param (or `from`, `label`, ...) that it is about. */
  readonly param: string | null
  readonly setting: string | null
  /** The input whose wires it is about. */
  readonly port: string | null
}

export function pointer(path: string): string[] {
  return path.split('/').slice(1).map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
}

export function place(problems: readonly Problem[], checked: FlowDocument): PlacedProblem[] {
  return problems.map((problem) => {
    const [top, second, third, fourth] = pointer(problem.path ?? '')
    const node = top === 'nodes' && second !== undefined ? (checked.nodes[Number(second)]?.id ?? null) : null
    const param = node === null ? null : third === 'params' ? (fourth ?? problem.key ?? 'params') : (third ?? null)
    const port = node !== null && third === 'from' && fourth !== undefined && !/^\d+$/.test(fourth) ? fourth : null
    return { ...problem, node, param, port, setting: top === 'settings' ? (second ?? null) : null }
  })
}

const NONE: readonly PlacedProblem[] = []
const sorted = new WeakMap<readonly PlacedProblem[], ReadonlyMap<string | null, readonly PlacedProblem[]>>()

/** The problems of one node: the same list each time, so that only those are drawn again whose problems changed. */
export function problemsAt(problems: readonly PlacedProblem[], node: string): readonly PlacedProblem[] {
  let byNode = sorted.get(problems)
  if (!byNode) sorted.set(problems, (byNode = byNodes(problems)))
  return byNode.get(node) ?? NONE
}

function byNodes(problems: readonly PlacedProblem[]): ReadonlyMap<string | null, readonly PlacedProblem[]> {
  const found = new Map<string | null, PlacedProblem[]>()
  for (const problem of problems) {
    const others = found.get(problem.node)
    if (others) others.push(problem)
    else found.set(problem.node, [problem])
  }
  return found
}

/** The document with the value at a JSON Pointer set; undefined where the pointer leads nowhere. */
export function setAt(value: Json | undefined, path: readonly string[], to: Json): Json | undefined {
  const [head, ...rest] = path
  if (head === undefined) return to
  if (Array.isArray(value)) {
    const index = head === '-' ? value.length : Number(head)
    if (!Number.isInteger(index) || index < 0 || index > value.length) return undefined
    const inner = setAt(value[index], rest, to)
    return inner === undefined ? undefined : [...value.slice(0, index), inner, ...value.slice(index + 1)]
  }
  if (value !== undefined && (value === null || typeof value !== 'object')) return undefined
  const inner = setAt(value?.[head], rest, to)
  return inner === undefined ? undefined : { ...value, [head]: inner }
}

/** The one edit that mends a problem, in the document as it is by now; null where its place is gone. */
export function fixChange(document: FlowDocument, problem: PlacedProblem): Change | null {
  if (!problem.fix) return null
  const [top, , ...rest] = pointer(problem.fix.path)
  if (top === 'nodes' && rest.length > 0) {
    const node = document.nodes.find((one) => one.id === problem.node)
    const mended = node && setAt(node as unknown as Json, rest, problem.fix.value)
    return node && mended ? { t: 'replace', id: node.id, node: mended as unknown as FlowNode } : null
  }
  const next = setAt(document as unknown as Json, pointer(problem.fix.path), problem.fix.value)
  return next && typeof next === 'object' ? { t: 'whole', document: next as unknown as FlowDocument } : null
}

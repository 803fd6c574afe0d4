// Wires: a node says where its input comes from (`from`); the canvas wants edges. Both ways without loss.
import type { Catalog, KindInfo } from './catalog'
import { nodeById, type FlowDocument, type FlowNode, type From } from './document'

export interface Wire {
  readonly source: string
  readonly sourcePort: string
  readonly target: string
  readonly targetPort: string
  /** How the document spells it: "hot" or "hot.cleared". */
  readonly ref: string
}

export function parseRef(ref: string): { node: string; port: string | null } {
  const dot = ref.indexOf('.')
  return dot < 0 ? { node: ref, port: null } : { node: ref.slice(0, dot), port: ref.slice(dot + 1) }
}

function firstInput(kind: KindInfo | undefined): string {
  return kind?.inputs[0]?.name ?? 'in'
}

function firstOutput(document: FlowDocument, catalog: Catalog, id: string): string {
  const node = nodeById(document, id)
  return (node && catalog.byId.get(node.kind)?.outputs[0]?.name) ?? 'out'
}

export function wireId(wire: Pick<Wire, 'source' | 'sourcePort' | 'target' | 'targetPort'>): string {
  return `${wire.source}.${wire.sourcePort}>${wire.target}.${wire.targetPort}`
}

/** The wires into one node, in document order. */
export function wiresInto(document: FlowDocument, catalog: Catalog, node: FlowNode): Wire[] {
  const wire = (ref: string, targetPort: string): Wire => {
    const { node: source, port } = parseRef(ref)
    return { source, sourcePort: port ?? firstOutput(document, catalog, source), target: node.id, targetPort, ref }
  }
  if (!node.from) return []
  if (Array.isArray(node.from)) {
    const port = firstInput(catalog.byId.get(node.kind))
    return node.from.map((ref: string) => wire(ref, port))
  }
  return Object.entries(node.from as { [port: string]: readonly string[] }).flatMap(([port, refs]) =>
    (Array.isArray(refs) ? refs : []).map((ref: string) => wire(ref, port)),
  )
}

export function allWires(document: FlowDocument, catalog: Catalog): Wire[] {
  return document.nodes.flatMap((node) => wiresInto(document, catalog, node))
}

/** `from` of a node out of its wires. A node that was written as a list stays one while only its first input is used. */
export function fromOf(wires: readonly Wire[], kind: KindInfo | undefined, before: From | undefined): From | undefined {
  const first = firstInput(kind)
  const asList = before === undefined || Array.isArray(before)
  if (asList && wires.every((wire) => wire.targetPort === first)) {
    if (wires.length === 0) return before?.length === 0 ? before : undefined
    return wires.map((wire) => wire.ref)
  }
  const ports: { [port: string]: string[] } = {}
  if (before && !Array.isArray(before)) for (const port of Object.keys(before)) ports[port] = []
  for (const wire of wires) (ports[wire.targetPort] ??= []).push(wire.ref)
  const kept = Object.entries(ports).filter(([port, refs]) => refs.length > 0 || wasEmpty(before, port))
  return kept.length || wasEmpty(before) ? Object.fromEntries(kept) : undefined
}

/** Empty lists are not written, but where a document had one it stays. */
function wasEmpty(before: From | undefined, port?: string): boolean {
  if (before === undefined || Array.isArray(before)) return false
  const ports = before as { readonly [port: string]: readonly string[] }
  return port === undefined ? Object.keys(ports).length === 0 : ports[port]?.length === 0
}

/** The shortest spelling of an output: its first one needs no name. */
export function refOf(document: FlowDocument, catalog: Catalog, source: string, port: string): string {
  return firstOutput(document, catalog, source) === port ? source : `${source}.${port}`
}

/** Whether `to` can already be reached from `from`, so that a wire to -> from would close a circle. */
export function reaches(document: FlowDocument, catalog: Catalog, from: string, to: string): boolean {
  const next = new Map<string, string[]>()
  for (const wire of allWires(document, catalog)) next.set(wire.source, [...(next.get(wire.source) ?? []), wire.target])
  const seen = new Set<string>()
  const open = [from]
  while (open.length) {
    const id = open.pop()!
    if (id === to) return true
    if (seen.has(id)) continue
    seen.add(id)
    open.push(...(next.get(id) ?? []))
  }
  return false
}

/** Whether a new wire may be drawn; the reason why not is a key of the words. */
export function mayConnect(
  document: FlowDocument,
  catalog: Catalog,
  wire: Pick<Wire, 'source' | 'sourcePort' | 'target' | 'targetPort'>,
): 'ok' | 'same_node' | 'no_port' | 'already' | 'circle' {
  const source = nodeById(document, wire.source)
  const target = nodeById(document, wire.target)
  if (!source || !target) return 'no_port'
  if (wire.source === wire.target) return 'same_node'
  const outputs = catalog.byId.get(source.kind)?.outputs ?? []
  const inputs = catalog.byId.get(target.kind)?.inputs ?? []
  if (!outputs.some((p) => p.name === wire.sourcePort) || !inputs.some((p) => p.name === wire.targetPort)) return 'no_port'
  if (wiresInto(document, catalog, target).some((w) => wireId(w) === wireId(wire))) return 'already'
  return reaches(document, catalog, wire.target, wire.source) ? 'circle' : 'ok'
}

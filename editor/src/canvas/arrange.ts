// The good automatic layout: ELK's layered one in a worker, loaded when first needed. Ours steps in where it fails.
import type { Catalog } from '../model/catalog'
import type { FlowDocument, Position } from '../model/document'
import { layOut } from '../model/layers'
import { GAP_X, sizeOf } from '../model/size'
import { allWires, wireId } from '../model/wires'

interface Laid extends Partial<Position> {
  readonly id: string
  readonly children?: readonly Laid[]
}
/** Nodes that should stay together, as the frames around them say. */
export type Groups = readonly { readonly id: string; readonly held: readonly string[] }[]
type Elk = { layout(graph: unknown): Promise<Laid> }

let loading: Promise<Elk> | null = null

function elk(): Promise<Elk> {
  loading ??= Promise.all([import('elkjs/lib/elk-api.js'), import('elkjs/lib/elk-worker.min.js?url')]).then(
    ([{ default: Api }, { default: url }]) => new Api({ workerFactory: () => new Worker(url) }) as unknown as Elk,
  )
  return loading
}

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.layered.spacing.nodeNodeBetweenLayers': String(GAP_X),
  'elk.spacing.nodeNode': '28',
  'elk.spacing.componentComponent': '64',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.crossingMinimization.forceNodeModelOrder': 'false',
}
const LONGEST_WAIT_MS = 4000

/** `aspect`: width by height of what it has to fit into; a long chain goes on below, as a line of text does. */
export async function arrange(document: FlowDocument, catalog: Catalog, groups: Groups = [], aspect?: number): Promise<{ [id: string]: Position }> {
  if (document.nodes.length === 0) return {}
  const size = (id: string) => sizeOf(catalog.byId.get(document.nodes.find((node) => node.id === id)?.kind ?? ''))
  try {
    const engine = await elk()
    const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('too slow')), LONGEST_WAIT_MS))
    const result = await Promise.race([engine.layout(graphOf(document, catalog, groups, aspect)), late])
    return Object.fromEntries(placed(result, { x: 0, y: 0 }))
  } catch {
    return layOut(document, catalog, size)
  }
}

/** Places of the nodes, which stand inside their group relative to it. */
function placed({ children = [] }: Laid, from: Position): (readonly [string, Position])[] {
  return children.flatMap((child) => {
    const at = { x: Math.round(from.x + (child.x ?? 0)), y: Math.round(from.y + (child.y ?? 0)) }
    return child.children ? placed(child, at) : [[child.id, at] as const]
  })
}

function grouped<T extends { readonly id: string }>(nodes: readonly T[], groups: Groups): unknown[] {
  const taken = new Set<string>()
  const boxes = groups.flatMap(({ id, held }) => {
    const children = nodes.filter((node) => held.includes(node.id) && !taken.has(node.id))
    for (const child of children) taken.add(child.id)
    return children.length ? [{ id: `group/${id}`, children, layoutOptions: { ...OPTIONS, 'elk.padding': '[top=64,left=24,bottom=24,right=24]' } }] : []
  })
  return [...nodes.filter((node) => !taken.has(node.id)), ...boxes]
}

function graphOf(document: FlowDocument, catalog: Catalog, groups: Groups, aspect?: number): unknown {
  const options = aspect ? { ...OPTIONS, 'elk.aspectRatio': String(aspect), 'elk.layered.wrapping.strategy': 'MULTI_EDGE' } : OPTIONS
  const ids = new Set(document.nodes.map((node) => node.id))
  const port = (node: string, side: string, name: string) => `${node}/${side}/${name}`
  return {
    id: 'flow',
    layoutOptions: groups.length ? { ...options, 'elk.hierarchyHandling': 'INCLUDE_CHILDREN' } : options,
    children: grouped(document.nodes.map((node) => {
      const kind = catalog.byId.get(node.kind)
      const { width, height } = sizeOf(kind)
      const ports = (side: 'in' | 'out', names: readonly { name: string }[]) =>
        names.map(({ name }, i) => ({
          id: port(node.id, side, name), width: 1, height: 1, x: side === 'in' ? 0 : width,
          y: names.length > 1 ? height - 16 - 24 * (names.length - 1 - i) : height / 2,
        }))
      return {
        id: node.id, width, height, layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
        ports: [...ports('in', kind?.inputs ?? []), ...ports('out', kind?.outputs ?? [])],
      }
    }), groups),
    edges: allWires(document, catalog)
      .filter((wire) => ids.has(wire.source) && drawable(document, catalog, wire.source, wire.sourcePort, wire.target, wire.targetPort))
      .map((wire) => ({ id: wireId(wire), sources: [port(wire.source, 'out', wire.sourcePort)], targets: [port(wire.target, 'in', wire.targetPort)] })),
  }
}

function drawable(document: FlowDocument, catalog: Catalog, source: string, out: string, target: string, input: string): boolean {
  const kindOf = (id: string) => catalog.byId.get(document.nodes.find((node) => node.id === id)?.kind ?? '')
  return Boolean(kindOf(source)?.outputs.some((p) => p.name === out) && kindOf(target)?.inputs.some((p) => p.name === input))
}

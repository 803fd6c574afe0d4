// The flow document as CONTRACTS section 2 writes it. Values are never changed in place.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Params = { readonly [name: string]: Json }
export type From = readonly string[] | { readonly [port: string]: readonly string[] }
export type Position = { readonly x: number; readonly y: number }

export interface FlowNode {
  readonly id: string
  readonly kind: string
  readonly label?: string
  readonly from?: From
  readonly params?: Params
  readonly off?: boolean
  readonly time_zone?: string
}

export interface Setting {
  readonly value: Json
  readonly unit?: string
  readonly label?: string
  readonly assumed?: boolean
  readonly help?: string
}

export interface Layout {
  readonly nodes?: { readonly [id: string]: Position }
  /** Nodes that the automatic layout leaves where they are. */
  readonly pinned?: readonly string[]
}

export interface FlowDocument {
  readonly suiro: number
  readonly name?: string
  readonly description?: string
  readonly time_zone?: string
  readonly delivery?: string
  readonly settings?: { readonly [name: string]: Setting }
  readonly nodes: readonly FlowNode[]
  readonly tests?: Json
  readonly layout?: Layout
  readonly notes?: Json
}

export const ID_PATTERN = /^[a-z][a-z0-9_]{0,31}$/
export const MOST_NODES = 500

export function emptyDocument(name = ''): FlowDocument {
  return { suiro: 1, name, nodes: [] }
}

/** A document from anything JSON-like, with the parts that the editor leans on made sure of. */
export function asDocument(value: unknown): FlowDocument {
  const raw = (value && typeof value === 'object' && !Array.isArray(value) ? value : {}) as Partial<FlowDocument>
  const nodes = Array.isArray(raw.nodes) ? raw.nodes.filter((n) => n && typeof n === 'object' && typeof n.id === 'string') : []
  return { ...raw, suiro: typeof raw.suiro === 'number' ? raw.suiro : 1, nodes }
}

/** The same JSON, whatever the order of the keys. */
export function sameContent(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (!one || !other || typeof one !== 'object' || typeof other !== 'object' || Array.isArray(one) !== Array.isArray(other)) return false
  const [left, right] = [one as { [key: string]: unknown }, other as { [key: string]: unknown }]
  const keys = Object.keys(left)
  return keys.length === Object.keys(right).length && keys.every((key) => key in right && sameContent(left[key], right[key]))
}

const indexes = new WeakMap<readonly FlowNode[], ReadonlyMap<string, FlowNode>>()

/** Documents do not change, so each needs its index but once: large flows ask for nodes often. */
export function nodeById(document: FlowDocument, id: string): FlowNode | undefined {
  let index = indexes.get(document.nodes)
  if (!index) indexes.set(document.nodes, (index = firstOf(document.nodes)))
  return index.get(id)
}

function firstOf(nodes: readonly FlowNode[]): ReadonlyMap<string, FlowNode> {
  return new Map([...nodes].reverse().map((node) => [node.id, node]))
}

export function positionOf(document: FlowDocument, id: string): Position | undefined {
  const at = document.layout?.nodes?.[id]
  return at && Number.isFinite(at.x) && Number.isFinite(at.y) ? at : undefined
}

/** Every node has a place on the canvas. */
export function isLaidOut(document: FlowDocument): boolean {
  return document.nodes.every((node) => positionOf(document, node.id) !== undefined)
}

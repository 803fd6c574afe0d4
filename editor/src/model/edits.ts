// What a person does, written as changes. Each function looks at the document and returns a Change.
import type { Catalog, KindInfo } from './catalog'
import { batch, type Change } from './changes'
import { nodeById, positionOf, sameContent, type FlowDocument, type FlowNode, type Json, type Layout, type Params, type Position, type Setting } from './document'
import { freshId } from './ids'
import { fromOf, parseRef, refOf, wireId, wiresInto, type Wire } from './wires'

export type WireEnds = Pick<Wire, 'source' | 'sourcePort' | 'target' | 'targetPort'>

export function withPositions(document: FlowDocument, places: { readonly [id: string]: Position | undefined }): Layout {
  const nodes: { [id: string]: Position } = { ...document.layout?.nodes }
  for (const [id, at] of Object.entries(places)) {
    if (at) nodes[id] = { x: Math.round(at.x), y: Math.round(at.y) }
    else delete nodes[id]
  }
  return { ...document.layout, nodes }
}

/** Hold nodes where they are, or let them go again. */
export function pin(document: FlowDocument, ids: readonly string[], on: boolean): Change {
  const before = document.layout?.pinned ?? []
  const others = before.filter((id) => !ids.includes(id))
  const pinned = on ? [...others, ...ids] : others
  if (before.length === pinned.length && before.every((id) => pinned.includes(id))) return batch()
  return { t: 'put', key: 'layout', value: withPins(document.layout, pinned) }
}

function withPins(layout: Layout | undefined, pinned: readonly string[]): Layout {
  const { pinned: _, ...rest } = layout ?? {}
  return pinned.length ? { ...rest, pinned } : rest
}

export function move(document: FlowDocument, places: { readonly [id: string]: Position }): Change {
  const changed = Object.entries(places).some(([id, at]) => {
    const before = positionOf(document, id)
    return !before || before.x !== Math.round(at.x) || before.y !== Math.round(at.y)
  })
  return changed ? { t: 'put', key: 'layout', value: withPositions(document, places) } : batch()
}

/** A node of `kind` with the defaults of its schema left out (they need not be written). */
export function newNode(document: FlowDocument, kind: KindInfo): FlowNode {
  return { id: freshId(document, kind.id), kind: kind.id, params: {} }
}

export function addNode(document: FlowDocument, node: FlowNode, at: Position): Change {
  return batch(
    { t: 'insert', index: document.nodes.length, node },
    { t: 'put', key: 'layout', value: withPositions(document, { [node.id]: at }) },
  )
}

export function setNode(document: FlowDocument, id: string, part: Partial<FlowNode>): Change {
  const node = nodeById(document, id)
  if (!node) return batch()
  const next: Record<string, unknown> = { ...node, ...part }
  for (const key of Object.keys(next)) if (next[key] === undefined) delete next[key]
  return { t: 'replace', id, node: next as unknown as FlowNode }
}

/** Set params of a node; undefined takes one away. */
export function setParams(document: FlowDocument, id: string, values: { readonly [name: string]: Json | undefined }): Change {
  const node = nodeById(document, id)
  if (!node) return batch()
  const params: { [name: string]: Json } = { ...node.params }
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete params[name]
    else params[name] = value
  }
  return setNode(document, id, { params: params as Params })
}

export function connect(document: FlowDocument, catalog: Catalog, ends: WireEnds): Change {
  const node = nodeById(document, ends.target)
  if (!node) return batch()
  const ref = refOf(document, catalog, ends.source, ends.sourcePort)
  const wires = [...wiresInto(document, catalog, node), { ...ends, ref }]
  return setNode(document, node.id, { from: fromOf(wires, catalog.byId.get(node.kind), node.from) } as Partial<FlowNode>)
}

export function disconnect(document: FlowDocument, catalog: Catalog, gone: readonly WireEnds[]): Change {
  const ids = new Set(gone.map(wireId))
  return batch(
    ...[...new Set(gone.map((wire) => wire.target))].flatMap((target) => {
      const node = nodeById(document, target)
      if (!node) return []
      const left = wiresInto(document, catalog, node).filter((wire) => !ids.has(wireId(wire)))
      return [setNode(document, target, { from: fromOf(left, catalog.byId.get(node.kind), node.from) } as Partial<FlowNode>)]
    }),
  )
}

/** Take nodes away, with every wire from or to them and their places. */
export function removeNodes(document: FlowDocument, catalog: Catalog, ids: readonly string[]): Change {
  const gone = new Set(ids)
  const cut = document.nodes.flatMap((node): Change[] => {
    if (gone.has(node.id)) return []
    const wires = wiresInto(document, catalog, node)
    const left = wires.filter((wire) => !gone.has(wire.source))
    if (left.length === wires.length) return []
    return [setNode(document, node.id, { from: fromOf(left, catalog.byId.get(node.kind), node.from) } as Partial<FlowNode>)]
  })
  const removed = document.nodes.filter((node) => gone.has(node.id)).map((node): Change => ({ t: 'remove', id: node.id }))
  if (removed.length === 0) return batch()
  const places = Object.fromEntries(ids.map((id) => [id, undefined]))
  const left = withPins(withPositions(document, places), (document.layout?.pinned ?? []).filter((id) => !gone.has(id)))
  const layout: Change[] = document.layout?.nodes ? [{ t: 'put', key: 'layout', value: left }] : []
  const notes = document.notes === undefined ? undefined : notesNaming(document.notes, (id) => (gone.has(id) ? undefined : id))
  return batch(...cut, ...removed, ...layout, ...(notes === undefined || sameContent(notes, document.notes) ? [] : [{ t: 'put', key: 'notes', value: notes } as Change]))
}

/** Another id for a node: every wire, place and test that names it follows. */
export function renameNode(document: FlowDocument, id: string, to: string): Change {
  const node = nodeById(document, id)
  if (!node || id === to || nodeById(document, to)) return batch()
  const renamed = (ref: string) => {
    const { node: source, port } = parseRef(ref)
    return source === id ? (port === null ? to : `${to}.${port}`) : ref
  }
  const follow = (from: FlowNode['from']): FlowNode['from'] => {
    if (from === undefined) return from
    if (Array.isArray(from)) return from.map(renamed)
    const ports = from as { readonly [port: string]: readonly string[] }
    return Object.fromEntries(Object.entries(ports).map(([port, refs]) => [port, refs.map(renamed)]))
  }
  const nodes = document.nodes.map((other): FlowNode => {
    const base = other.id === id ? { ...other, id: to } : other
    return base.from ? { ...base, from: follow(base.from)! } : base
  })
  const next: { -readonly [K in keyof FlowDocument]: FlowDocument[K] } = { ...document, nodes }
  const at = positionOf(document, id)
  if (at) next.layout = withPositions(document, { [id]: undefined, [to]: at })
  const pinned = document.layout?.pinned
  if (pinned?.includes(id)) next.layout = withPins(next.layout, pinned.map((other) => (other === id ? to : other)))
  if (document.tests !== undefined) next.tests = testsNaming(document.tests, id, to)
  if (document.notes !== undefined) next.notes = notesNaming(document.notes, (other) => (other === id ? to : other))
  return { t: 'whole', document: next }
}

function testsNaming(tests: Json, id: string, to: string): Json {
  if (Array.isArray(tests)) return tests.map((part) => testsNaming(part, id, to))
  if (!tests || typeof tests !== 'object') return tests
  return Object.fromEntries(
    Object.entries(tests).map(([key, value]) => [key, key === 'node' && value === id ? to : key === 'data' ? value : testsNaming(value, id, to)]),
  )
}

/** The notes with the ids in folded frames changed; undefined takes one out. */
function notesNaming(notes: Json, naming: (id: string) => string | undefined): Json {
  if (!Array.isArray(notes)) return notes
  return notes.map((raw) => {
    const held = raw && typeof raw === 'object' && !Array.isArray(raw) ? raw.folded : undefined
    return Array.isArray(held) ? { ...(raw as { [key: string]: Json }), folded: held.flatMap((id) => naming(String(id)) ?? []) } : raw
  })
}

export function setSetting(document: FlowDocument, name: string, setting: Setting | undefined): Change {
  const settings: { [name: string]: Setting } = { ...document.settings }
  if (setting) settings[name] = setting
  else delete settings[name]
  return { t: 'put', key: 'settings', value: Object.keys(settings).length ? settings : undefined }
}

/** Turn the value of a param into a named setting that the param then uses. */
export function makeSetting(document: FlowDocument, id: string, param: string, path: readonly (string | number)[], name: string, setting: Setting): Change {
  const node = nodeById(document, id)
  if (!node) return batch()
  const value = setIn((node.params ?? {})[param] ?? null, path, `$${name}`)
  return batch(setSetting(document, name, setting), setParams(document, id, { [param]: value }))
}

export function setIn(value: Json, path: readonly (string | number)[], to: Json): Json {
  const [head, ...rest] = path
  if (head === undefined) return to
  if (Array.isArray(value) || typeof head === 'number') {
    const list = Array.isArray(value) ? [...value] : []
    list[Number(head)] = setIn(list[Number(head)] ?? null, rest, to)
    return list
  }
  const object = value && typeof value === 'object' ? value : {}
  return { ...object, [head]: setIn(object[head] ?? null, rest, to) }
}

/** Nodes whose params use `$name`. */
export function usesOf(document: FlowDocument, name: string): string[] {
  return document.nodes.filter((node) => uses(node, name)).map((node) => node.id)
}

/** As `$name` alone, or as settings.name inside an expression or a text. */
export function uses(node: FlowNode, name: string): boolean {
  const inside = new RegExp(`\\bsettings\\.${name}\\b`)
  const names = (value: Json | undefined): boolean => {
    if (typeof value === 'string') return value === `$${name}` || (!value.startsWith('$$') && inside.test(value))
    if (Array.isArray(value)) return value.some(names)
    return value !== null && typeof value === 'object' && Object.values(value).some(names)
  }
  return names((node.params ?? {}) as Json)
}

// An edit as an author proposes it, change by change: what may be taken by itself, and the document with only what was chosen.
import { sameContent, type FlowDocument, type FlowNode, type From, type Json, type Setting } from './document'
import { parseRef } from './wires'

export type Difference =
  | { readonly key: string; readonly what: 'added' | 'removed'; readonly node: FlowNode }
  | { readonly key: string; readonly what: 'edited'; readonly before: FlowNode; readonly node: FlowNode }
  | { readonly key: string; readonly what: 'setting'; readonly name: string; readonly before?: Setting; readonly after?: Setting }
  | { readonly key: string; readonly what: 'top'; readonly name: TopName; readonly before?: Json; readonly after?: Json }

const TOP = ['name', 'description', 'time_zone', 'delivery'] as const
type TopName = (typeof TOP)[number]

export function differences(before: FlowDocument, after: FlowDocument): Difference[] {
  const was = new Map(before.nodes.map((node) => [node.id, node]))
  const is = new Set(after.nodes.map((node) => node.id))
  const nodes = after.nodes.flatMap((node): Difference[] => {
    const old = was.get(node.id)
    if (!old) return [{ key: `node ${node.id}`, what: 'added', node }]
    return sameContent(old, node) ? [] : [{ key: `node ${node.id}`, what: 'edited', before: old, node }]
  })
  const removed = before.nodes.filter((node) => !is.has(node.id)).map((node): Difference => ({ key: `node ${node.id}`, what: 'removed', node }))
  const names = new Set([...Object.keys(before.settings ?? {}), ...Object.keys(after.settings ?? {})])
  const settings = [...names].flatMap((name): Difference[] => {
    const [old, now] = [before.settings?.[name], after.settings?.[name]]
    return sameContent(old, now) ? [] : [{ key: `setting ${name}`, what: 'setting', name, ...(old ? { before: old } : {}), ...(now ? { after: now } : {}) }]
  })
  const top = TOP.flatMap((name): Difference[] => (before[name] === after[name] ? [] : [{ key: `top ${name}`, what: 'top', name, before: before[name] ?? null, after: after[name] ?? null }]))
  return [...nodes, ...removed, ...settings, ...top]
}

/** The document with the chosen changes only. Wires from nodes that are not there go with them; a setting that a node names comes with it. */
export function merged(before: FlowDocument, after: FlowDocument, chosen: ReadonlySet<string>): FlowDocument {
  if (differences(before, after).every((difference) => chosen.has(difference.key))) return after
  const was = new Map(before.nodes.map((node) => [node.id, node]))
  const kept = after.nodes.flatMap((node): FlowNode[] => (chosen.has(`node ${node.id}`) ? [node] : was.has(node.id) ? [was.get(node.id)!] : []))
  const there = new Set(after.nodes.map((node) => node.id))
  const back = before.nodes.filter((node) => !there.has(node.id) && !chosen.has(`node ${node.id}`))
  const nodes = wired([...kept, ...back])
  const settings = settingsOf(before, after, chosen, nodes)
  const top = Object.fromEntries(TOP.map((name) => [name, (chosen.has(`top ${name}`) ? after : before)[name]]).filter(([, value]) => value !== undefined))
  const { settings: _, name: _n, description: _d, time_zone: _z, delivery: _l, ...rest } = after
  return { ...rest, ...top, ...(Object.keys(settings).length ? { settings } : {}), nodes, layout: { ...after.layout, nodes: { ...before.layout?.nodes, ...after.layout?.nodes } } }
}

function settingsOf(before: FlowDocument, after: FlowDocument, chosen: ReadonlySet<string>, nodes: readonly FlowNode[]): { [name: string]: Setting } {
  const used = JSON.stringify(nodes)
  const found: { [name: string]: Setting } = {}
  for (const name of new Set([...Object.keys(before.settings ?? {}), ...Object.keys(after.settings ?? {})])) {
    const named = used.includes(`"$${name}"`)
    const own = chosen.has(`setting ${name}`) ? after.settings?.[name] : before.settings?.[name]
    const setting = own ?? (named ? (after.settings?.[name] ?? before.settings?.[name]) : undefined)
    if (setting) found[name] = setting
  }
  return found
}

function wired(nodes: readonly FlowNode[]): FlowNode[] {
  const there = new Set(nodes.map((node) => node.id))
  const alive = (refs: readonly string[]) => refs.filter((ref) => there.has(parseRef(ref).node))
  return nodes.map((node) => {
    if (!node.from) return node
    const from: From = Array.isArray(node.from) ? alive(node.from) : Object.fromEntries(Object.entries(node.from as { [port: string]: readonly string[] }).map(([port, refs]) => [port, alive(refs)]))
    return sameContent(from, node.from) ? node : { ...node, from }
  })
}

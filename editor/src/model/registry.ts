// The registered things that a flow may name (CONTRACTS section 3), with the looks-up that forms and summaries need.
import type { Catalog, Lang, Schema, Words } from './catalog'
import { spoken } from './catalog'
import { nodeById, type FlowDocument, type Json } from './document'
import { wiresInto } from './wires'

export interface TypeField {
  readonly name: string
  readonly type?: string
  readonly unit?: string | null
  readonly label?: Words
}

export interface Command {
  readonly id: string
  readonly label?: Words
  readonly values?: Schema
  readonly approval?: boolean
}

export interface DeviceType {
  readonly id: string
  readonly label?: Words
  readonly topic?: string | null
  readonly fields?: readonly TypeField[]
  readonly commands?: readonly Command[]
}

export interface Device {
  readonly id: string
  readonly type: string
  readonly label?: Words
  readonly attributes?: { readonly [name: string]: Json }
}

export interface Destination {
  readonly id: string
  readonly service?: string
  readonly label?: Words
}

export interface Model {
  readonly id: string
  readonly task?: string
  readonly label?: Words
}

export interface Table {
  readonly id: string
  readonly label?: Words
  readonly key?: string
  readonly columns?: readonly { readonly name: string; readonly type?: string; readonly unit?: string | null; readonly label?: Words }[]
  readonly rows?: readonly (readonly Json[])[]
}

export interface Registry {
  readonly tables: readonly Table[]
  readonly types: readonly DeviceType[]
  readonly devices: readonly Device[]
  readonly destinations: readonly Destination[]
  readonly models: readonly Model[]
}

export const EMPTY_REGISTRY: Registry = { types: [], devices: [], destinations: [], models: [], tables: [] }

export function registryOf(value: Partial<Registry> | null | undefined): Registry {
  return { types: value?.types ?? [], devices: value?.devices ?? [], destinations: value?.destinations ?? [], models: value?.models ?? [], tables: value?.tables ?? [] }
}

export interface Choice {
  readonly value: string
  readonly label: string
  readonly detail?: string
}

function choice(thing: { id: string; label?: Words }, lang: Lang, detail?: string): Choice {
  const label = spoken(thing.label, lang, thing.id)
  return { value: thing.id, label, ...(detail ? { detail } : label === thing.id ? {} : { detail: thing.id }) }
}

/** The task of a model of which nothing else is said. */
const CHAT = 'chat'

/** The marks by which schemas say "a registered id", and what may be picked for each. */
export function choicesFor(ref: string, registry: Registry, lang: Lang, types: readonly string[] = [], task = CHAT): Choice[] {
  switch (ref) {
    case 'type':
      return registry.types.map((type) => choice(type, lang))
    case 'device':
      return registry.devices.filter((d) => types.length === 0 || types.includes(d.type)).map((d) => choice(d, lang))
    case 'destination':
      return registry.destinations.map((d) => choice(d, lang, d.service))
    case 'table':
      return registry.tables.map((table) => choice(table, lang))
    case 'model':
      return registry.models.filter((m) => (m.task ?? CHAT) === task).map((m) => choice(m, lang))
    default:
      return []
  }
}

/** The devices of these types with each of their fields that holds pictures. */
export function camerasAmong(registry: Registry, types: readonly string[]): { readonly device: string; readonly field: string }[] {
  const fields = new Map(registry.types.filter(({ id }) => types.includes(id)).map((type) => [type.id, (type.fields ?? []).filter((field) => field.type === 'image')]))
  return registry.devices.flatMap((device) => (fields.get(device.type) ?? []).map((field) => ({ device: device.id, field: field.name })))
}

/** Device types whose events may reach a node: those that sources upstream name. Empty: not known. */
export function typesReaching(document: FlowDocument, catalog: Catalog, registry: Registry, id: string): string[] {
  const seen = new Set<string>()
  const found = new Set<string>()
  const open = [id]
  while (open.length) {
    const node = nodeById(document, open.pop()!)
    if (!node || seen.has(node.id)) continue
    seen.add(node.id)
    for (const type of typesNamedBy(catalog.byId.get(node.kind)?.schema, node.params, registry)) found.add(type)
    open.push(...wiresInto(document, catalog, node).map((wire) => wire.source))
  }
  return [...found]
}

function typesNamedBy(schema: Schema | undefined, params: { readonly [name: string]: Json } | undefined, registry: Registry): string[] {
  return Object.entries(schema?.properties ?? {}).flatMap(([name, property]) => {
    const value = params?.[name]
    return property['x-suiro']?.ref === 'type' && typeof value === 'string' && registry.types.some((t) => t.id === value) ? [value] : []
  })
}

/** Fields that may be on the events reaching a node: of the types upstream, else of every registered type. */
export function fieldsReaching(document: FlowDocument, catalog: Catalog, registry: Registry, id: string): TypeField[] {
  const types = typesReaching(document, catalog, registry, id)
  const made = fieldsMade(document, catalog, id)
  const known = registry.types.filter((type) => types.length === 0 || types.includes(type.id))
  const fields = new Map<string, TypeField>()
  for (const field of known.flatMap((type) => type.fields ?? [])) if (!fields.has(field.name)) fields.set(field.name, field)
  for (const name of made) if (!fields.has(name)) fields.set(name, { name })
  return [...fields.values()]
}

/** Names that nodes upstream give to new fields: rows of a param that have a name. */
function fieldsMade(document: FlowDocument, catalog: Catalog, id: string): string[] {
  const seen = new Set<string>([id])
  const open = [id]
  const names: string[] = []
  while (open.length) {
    const node = nodeById(document, open.pop()!)
    if (!node) continue
    if (node.id !== id) {
      for (const value of Object.values(node.params ?? {})) {
        if (Array.isArray(value)) names.push(...value.flatMap((row) => (row && typeof row === 'object' && !Array.isArray(row) && typeof row.name === 'string' ? [row.name] : [])))
      }
    }
    for (const wire of wiresInto(document, catalog, node)) {
      if (!seen.has(wire.source)) open.push(wire.source)
      seen.add(wire.source)
    }
  }
  return names
}

/** The commands that may be named beside a chosen target: a device id, a `{type, where}` pick, or the event's own device. */
export function commandsFor(target: Json | undefined, reaching: readonly string[], registry: Registry): Command[] {
  const types = new Set<string>()
  if (typeof target === 'string') {
    const device = registry.devices.find((d) => d.id === target)
    if (device) types.add(device.type)
    else for (const type of reaching) types.add(type)
  } else if (target && typeof target === 'object' && !Array.isArray(target) && typeof target.type === 'string') types.add(target.type)
  const commands = registry.types.filter((type) => types.size === 0 || types.has(type.id)).flatMap((type) => type.commands ?? [])
  return [...new Map(commands.map((command) => [command.id, command])).values()]
}

/** What people call a field of a device's type, with its unit: the name and "" where nobody has said. */
export function fieldWords(registry: Registry, device: string, field: string, lang: Lang): { readonly label: string; readonly unit: string } {
  const type = registry.devices.find((known) => known.id === device)?.type
  const known = registry.types.find((one) => one.id === type)?.fields?.find((one) => one.name === field)
  return { label: spoken(known?.label, lang, field), unit: known?.unit ?? '' }
}

export function deviceLabel(registry: Registry, id: string, lang: Lang): string {
  return spoken(registry.devices.find((device) => device.id === id)?.label, lang, id)
}

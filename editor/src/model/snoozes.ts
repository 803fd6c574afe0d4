// What people do not want to be told for a while, as far as it concerns the open flow (docs/adr/0024).
import type { Catalog } from './catalog'
import { nodeById, type FlowDocument } from './document'
import { typesReaching, type Registry } from './registry'

export interface Snooze {
  readonly id: string
  /** One of the two may be null and means any. */
  readonly flow: string | null
  readonly device: string | null
  readonly device_name: string | null
  readonly start: number
  readonly until: number
  readonly commands: boolean
  readonly reason: string
  readonly by: string | null
  readonly count: number
}

interface Around {
  readonly flow: string
  readonly document: FlowDocument
  readonly catalog: Catalog
  readonly registry: Registry
  readonly now: number
}

const lasting = (snoozes: readonly Snooze[], { flow, now }: Around) => snoozes.filter((one) => one.until > now && (one.flow === null || one.flow === flow))

/** Those that hold back, or will, what an action node does: of the flow, or of a device whose events may come to it. */
export function snoozesOf(snoozes: readonly Snooze[], node: string, around: Around): Snooze[] {
  const { document, catalog, registry } = around
  const held = catalog.byId.get(nodeById(document, node)?.kind ?? '')?.held_as
  const known = held ? lasting(snoozes, around).filter((one) => held === 'notice' || one.commands) : []
  if (known.length === 0) return []
  const types = typesReaching(document, catalog, registry, node)
  return known.filter((one) => one.device === null || types.includes(registry.devices.find((device) => device.id === one.device)?.type ?? ''))
}

/** Those of the flow itself, and those of devices that hold back what one of its nodes does; that which ends last comes last. */
export function snoozesHere(snoozes: readonly Snooze[], around: Around): Snooze[] {
  const own = lasting(snoozes, around)
  if (own.length === 0) return []
  const felt = new Set(around.document.nodes.flatMap((node) => snoozesOf(own, node.id, around)))
  return own.filter((one) => one.flow === around.flow || felt.has(one)).sort((a, b) => a.until - b.until)
}

export const holdsNow = (one: Snooze, now: number) => one.start <= now && now < one.until

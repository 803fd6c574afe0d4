// The value that something has now, and how old it is.
import { deviceLabel } from '../../model/registry'
import type { Sample } from '../../model/samples'
import { shownFields, shownValue } from '../../model/shown'
import { useLive } from '../../session/live'
import { Age } from '../Age'
import { useForm } from './context'

/** Of which event something is told: device and age. */
export function Whose({ sample }: { sample: Sample }) {
  const { registry, lang } = useForm()
  return <span className="faint">{sample.device ? `${deviceLabel(registry, sample.device, lang)} · ` : ''}<Age time={sample.time} /></span>
}

/** The value of a field in the last event that came to the node. */
export function FieldNow({ id, field }: { id: string; field: string }) {
  const { last, fields } = useForm()
  if (!last || !(field in last.data)) return null
  return (
    <span className="live-now" data-testid={`${id}-now`}>
      <span className="dot dot-live" aria-hidden />
      <strong className="number">{shownValue(last.data[field], fields.find((known) => known.name === field)?.unit)}</strong> <Whose sample={last} />
    </span>
  )
}

/** What a device said last. */
export function DeviceNow({ id, device }: { id?: string; device: string }) {
  const { registry, lang } = useForm()
  const sample = useLive((live) => live.values[device])
  if (!sample) return null
  const type = registry.devices.find((known) => known.id === device)?.type
  const fields = registry.types.find((known) => known.id === type)?.fields ?? []
  return <span className="live-now" data-testid={id ? `${id}-now` : undefined}><span className="dot dot-live" aria-hidden /><span className="number truncate">{shownFields(sample, fields, lang)}</span> <Age time={sample.time} /></span>
}

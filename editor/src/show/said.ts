// How the readings of a demo are said: names, values with their unit, times on the wall of the place where it plays.
import { spoken, type Lang } from '../model/catalog'
import type { Json } from '../model/document'
import type { Reading } from '../model/show'
import { shownValue } from '../model/shown'
import { plainWord, WORDS } from '../words'
import type { About, ShownDevice } from './state'

export function deviceName(about: About, id: string | null, lang: Lang): string {
  return id === null ? '' : spoken(about.devices.find((device) => device.id === id)?.label, lang, id)
}

export function valueSaid(value: Json | undefined, unit: string, lang: Lang): string {
  if (typeof value === 'boolean') return WORDS[lang][value ? 'try.yes' : 'try.no']
  if (typeof value === 'string') return plainWord(String(value), lang) ?? String(value)
  return shownValue(value, unit)
}

/** The fields of a device that are worth a line: those that are drawn as a series, else the first that say something. */
export function lines(about: About, device: ShownDevice, reading: Reading | undefined, lang: Lang, most = 2): readonly { readonly name: string; readonly label: string; readonly said: string; readonly bare: boolean }[] {
  const drawn = about.signals.filter((signal) => signal.device === device.id).map((signal) => signal.field)
  const told = device.fields.filter((field) => reading?.data[field.name] !== undefined && typeof reading.data[field.name] !== 'object')
  const chosen = [...told.filter((field) => drawn.includes(field.name)), ...told.filter((field) => !drawn.includes(field.name))]
  return chosen.slice(0, most).map((field) => ({ name: field.name, label: spoken(field.label, lang, field.name), said: valueSaid(reading!.data[field.name], field.unit, lang), bare: typeof reading!.data[field.name] === 'boolean' }))
}

export function clockOf(ms: number, zone: string, lang: Lang): string {
  return formatted(ms, lang, { timeZone: zone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
}

export function dayOf(ms: number, zone: string, lang: Lang): string {
  return formatted(ms, lang, { timeZone: zone, month: 'short', day: 'numeric', weekday: 'short' })
}

/** As short as it can be told apart: hours for a day, days for weeks. */
export function tickOf(ms: number, span: number, zone: string, lang: Lang): string {
  if (span > 36 * 3_600_000) return formatted(ms, lang, { timeZone: zone, month: 'numeric', day: 'numeric', hour: '2-digit', hourCycle: 'h23' })
  return formatted(ms, lang, { timeZone: zone, hour: '2-digit', minute: '2-digit', ...(span < 600_000 ? { second: '2-digit' as const } : {}), hourCycle: 'h23' })
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making a format takes longer than using it. */
function formatted(ms: number, lang: Lang, options: Intl.DateTimeFormatOptions): string {
  const key = lang + JSON.stringify(options)
  let format = formats.get(key)
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat(lang, options)))
  return format.format(ms)
}

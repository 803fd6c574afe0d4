// A value as it is read at a glance.
import type { Lang } from './catalog'
import { spoken } from './catalog'
import type { Json } from './document'
import type { TypeField } from './registry'
import type { Sample } from './samples'
import { formatNumber } from './summary'

const LONGEST = 80

/** A kept picture that a value stands for; null for any other value. */
export function pictureIn(value: Json | undefined): { readonly sha256: string; readonly width: number; readonly height: number } | null {
  if (!value || typeof value !== 'object' || Array.isArray(value)) return null
  const { $picture: sha256, width, height } = value as { readonly [key: string]: Json }
  return typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) && typeof width === 'number' && typeof height === 'number' ? { sha256, width, height } : null
}

export function shownValue(value: Json | undefined, unit?: string | null): string {
  if (value === undefined || value === null) return '–'
  const picture = pictureIn(value)
  if (picture) return `${picture.width} × ${picture.height}`
  if (typeof value === 'number') return unit ? `${shortly(value)} ${unit}` : shortly(value)
  if (typeof value === 'object' && !Array.isArray(value) && typeof value.lat === 'number' && typeof value.lon === 'number') return `${degrees(value.lat)}, ${degrees(value.lon)}`
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

/** A tenth of a metre is enough. */
function degrees(value: number): string {
  return String(Number(value.toFixed(6)))
}

/** At a glance four digits are enough. */
export function shortly(value: number): string {
  return Math.abs(value) >= 1000 || Number.isInteger(value) ? formatNumber(value) : String(Number(value.toPrecision(4)))
}

/** What a device said last, its first few fields in one line. */
export function shownFields(sample: Sample, fields: readonly TypeField[], lang: Lang, most = 3): string {
  const known = (name: string) => fields.find((field) => field.name === name)
  return Object.entries(sample.data).slice(0, most).map(([name, value]) => `${spoken(known(name)?.label, lang, name)} ${shownValue(value, known(name)?.unit)}`).join(' · ')
}

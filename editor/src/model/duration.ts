// Durations as documents write them ("1h30m") and as people read them.
import type { Lang } from './catalog'

const UNITS: readonly (readonly [string, number])[] = [['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1_000], ['ms', 1]]
const PATTERN = /^(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/
const SPOKEN: { [lang in Lang]: { [unit: string]: string } } = {
  en: { d: ' d', h: ' h', m: ' min', s: ' s', ms: ' ms' },
  ja: { d: '日', h: '時間', m: '分', s: '秒', ms: 'ミリ秒' },
}
const AT_ONCE: { [lang in Lang]: string } = { en: 'at once', ja: 'すぐに' }
const READ: readonly (readonly [RegExp, string])[] = [
  [/(?:ミリ秒|milliseconds?|millis)/g, 'ms'], [/(?:日間?|days?)/g, 'd'], [/(?:時間|hours?|hrs?)/g, 'h'],
  [/(?:分間?|minutes?|mins?)/g, 'm'], [/(?:秒間?|seconds?|secs?)/g, 's'],
]

export function parseDuration(text: string): number | null {
  const match = PATTERN.exec(text)
  if (!match) return null
  return UNITS.reduce((total, [, size], i) => total + Math.round(Number(match[i + 1] ?? 0) * size), 0)
}

export function formatDuration(ms: number): string {
  let left = ms
  const parts = UNITS.flatMap(([unit, size]) => {
    const count = Math.floor(left / size)
    left -= count * size
    return count ? [`${count}${unit}`] : []
  })
  return parts.join('') || '0s'
}

/** What a person typed ("5 分", "90 sec", "1.5h") as a document writes it; null when it is no duration. */
export function readDuration(text: string): string | null {
  let plain = text.normalize('NFKC').trim().toLowerCase()
  for (const [pattern, unit] of READ) plain = plain.replace(pattern, unit)
  plain = plain.replace(/\s+/g, '')
  if (parseDuration(plain) !== null) return plain
  const parts = [...plain.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)]
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== plain) return null
  const sizes = new Map(UNITS)
  return formatDuration(parts.reduce((total, part) => total + Math.round(Number(part[1]) * sizes.get(part[2]!)!), 0))
}

export function spokenDuration(text: string, lang: Lang): string {
  const ms = parseDuration(text)
  if (ms === null) return text
  let left = ms
  const parts = UNITS.flatMap(([unit, size]) => {
    const count = Math.floor(left / size)
    left -= count * size
    return count ? [`${count}${SPOKEN[lang][unit]}`] : []
  })
  return parts.join(lang === 'en' ? ' ' : '') || AT_ONCE[lang]
}

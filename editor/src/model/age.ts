// How long ago something was, in the one unit that a person would use.
import type { Lang } from './catalog'

const UNITS = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1_000]] as const

export function spokenAge(time: number, now: number, lang: Lang): string {
  const passed = Math.max(0, now - time)
  const [unit, size] = UNITS.find(([, length]) => passed >= length) ?? UNITS[3]
  return new Intl.RelativeTimeFormat(lang, { style: 'short', numeric: 'auto' }).format(-Math.floor(passed / size), unit)
}

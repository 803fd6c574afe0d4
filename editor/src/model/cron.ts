// Times in cron's notation, said in words where they are of the usual sort.
import type { Lang } from './catalog'

const DAYS: { readonly [lang in Lang]: readonly string[] } = {
  ja: ['日', '月', '火', '水', '木', '金', '土'],
  en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
}
const NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

/** "0 8 * * 1-5": "weekdays at 8:00". Null for anything less usual. */
export function spokenCron(text: string, lang: Lang): string | null {
  const parts = text.trim().split(/\s+/)
  const [minute, hour, day, month, weekday] = parts
  if (parts.length !== 5 || month !== '*') return null
  const repeated = /^(\*|\d{1,2})(?:\/(\d{1,2}))?$/.exec(minute!)
  if (hour === '*' && day === '*' && weekday === '*' && repeated) return often(repeated[1]!, repeated[2], lang)
  if (!/^\d{1,2}$/.test(minute!) || !/^\d{1,2}(,\d{1,2})*$/.test(hour!)) return null
  const times = hour!.split(',').map((h) => `${Number(h)}:${minute!.padStart(2, '0')}`).join(lang === 'ja' ? '、' : ', ')
  const when = whichDays(day!, weekday!, lang)
  return when && (lang === 'ja' ? `${when} ${times}` : `${when} at ${times}`)
}

function often(start: string, every: string | undefined, lang: Lang): string | null {
  if (start === '*') return lang === 'ja' ? `${every ?? 1}分ごと` : every ? `every ${every} minutes` : 'every minute'
  if (every) return null
  return lang === 'ja' ? `毎時${Number(start)}分` : `every hour at minute ${Number(start)}`
}

function whichDays(day: string, weekday: string, lang: Lang): string | null {
  if (/^\d{1,2}$/.test(day) && weekday === '*') return lang === 'ja' ? `毎月${Number(day)}日` : `every month on day ${Number(day)}`
  if (day !== '*') return null
  const days = weekdays(weekday)
  if (!days) return null
  const key = days.join('')
  if (days.length === 7) return lang === 'ja' ? '毎日' : 'every day'
  if (key === '12345') return lang === 'ja' ? '平日' : 'weekdays'
  if (key === '06') return lang === 'ja' ? '土日' : 'weekends'
  return lang === 'ja' ? `毎週${days.map((d) => DAYS.ja[d]).join('・')}曜` : `every ${days.map((d) => DAYS.en[d]).join(', ')}`
}

/** The days that a list of days and ranges names, Sunday is 0; null where it is none. */
function weekdays(text: string): number[] | null {
  if (text === '*') return [0, 1, 2, 3, 4, 5, 6]
  const found = new Set<number>()
  for (const part of text.split(',')) {
    const ends = part.split('-').map(dayNumber)
    const [from, to = from] = ends
    if (ends.length > 2 || from === undefined || to === undefined || Number.isNaN(from) || Number.isNaN(to) || from > to) return null
    for (let d = from; d <= to; d += 1) found.add(d % 7)
  }
  return [...found].sort()
}

function dayNumber(text: string): number {
  const named = NAMES.indexOf(text.toUpperCase())
  return named >= 0 ? named : /^[0-7]$/.test(text) ? Number(text) : Number.NaN
}

import { spokenAge } from '../model/age'
import { useNow } from '../session/seen'
import { localeOf, useWords } from '../words'

/** How long ago something was; keeps counting. */
export function Age({ time }: { time: number | null }) {
  const { lang } = useWords()
  const now = useNow()
  return time === null ? null : <time className="age" dateTime={new Date(time).toISOString()} title={new Date(time).toLocaleString(localeOf(lang))}>{spokenAge(time, now, lang)}</time>
}

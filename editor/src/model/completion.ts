// What an expression may go on with at the cursor: fields that arrive, settings, facts of the device, functions.

export interface Word {
  /** What is written, without brackets. */
  readonly text: string
  readonly label?: string
  readonly sort: 'field' | 'setting' | 'device' | 'function'
}

export interface Completion {
  /** The characters that a choice replaces. */
  readonly from: number
  readonly to: number
  readonly words: readonly Word[]
}

const MOST = 8
const WRITTEN = /\.?[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]*)*$|\.$/u

/** The words that fit what stands before the cursor; null inside quotes and where nothing was begun. */
export function complete(text: string, at: number, words: readonly Word[]): Completion | null {
  const before = text.slice(0, at)
  if (insideQuotes(before)) return null
  const begun = WRITTEN.exec(before)?.[0]
  if (!begun) return null
  const whole = matching(words.filter((word) => !word.text.startsWith('.')), begun)
  const dot = begun.lastIndexOf('.')
  const called = dot >= 0 ? matching(words.filter((word) => word.text.startsWith('.')), begun.slice(dot)) : []
  const found = whole.length ? whole : called
  const from = at - (whole.length ? begun.length : begun.length - dot)
  if (found.length === 0 || (found.length === 1 && found[0]!.text === text.slice(from, at))) return null
  return { from, to: at, words: found.slice(0, MOST) }
}

/** The text with the chosen word in it, and where the cursor stands then: inside the brackets of a function. */
export function completed(text: string, completion: Completion, word: Word): { readonly text: string; readonly at: number } {
  const open = word.sort === 'function' && text[completion.to] !== '('
  const written = open ? `${word.text}()` : word.text
  return { text: text.slice(0, completion.from) + written + text.slice(completion.to), at: completion.from + word.text.length + (open ? 1 : 0) }
}

function matching(words: readonly Word[], begun: string): Word[] {
  const lower = begun.toLowerCase()
  const starts = words.filter((word) => word.text.toLowerCase().startsWith(lower) || (word.label ?? '').toLowerCase().startsWith(lower))
  return [...starts].sort((a, b) => rank(a) - rank(b))
}

function rank(word: Word): number {
  return ['field', 'setting', 'device', 'function'].indexOf(word.sort)
}

function insideQuotes(text: string): boolean {
  let open = ''
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i]!
    if (open && letter === '\\') i += 1
    else if (open ? letter === open : letter === "'" || letter === '"') open = open ? '' : letter
  }
  return open !== ''
}

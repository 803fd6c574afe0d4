// Search as people type: every word must be found somewhere; full-width and case do not matter.
import { kindWords, type KindInfo, type Lang } from './catalog'

export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/[ァ-ヶ]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0x60))
}

export function searchKinds(kinds: readonly KindInfo[], query: string, lang: Lang): KindInfo[] {
  const wanted = folded(query).split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return [...kinds]
  const scored = kinds.map((kind) => {
    const all = Object.values(kind.words)
    const label = folded(kindWords(kind, lang)?.label ?? kind.id)
    const names = folded([kind.id, ...all.map((words) => words.label)].join(' '))
    const rest = folded([...all.flatMap((words) => [words.summary, words.description ?? '']), ...(kind.phrases ?? []).map((phrase) => phrase.text)].join(' '))
    const every = wanted.every((word) => names.includes(word) || rest.includes(word))
    const score = !every ? 0 : wanted.every((word) => label.startsWith(word)) ? 3 : wanted.every((word) => names.includes(word)) ? 2 : 1
    return { kind, score }
  })
  return scored.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score).map(({ kind }) => kind)
}

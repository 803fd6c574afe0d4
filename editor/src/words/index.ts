// Every text of the editor in both languages. A key that is missing in one of them does not compile.
import type { Lang } from '../model/catalog'
import { useUi } from '../session/ui'
import { en } from './en'
import { ja } from './ja'

export type Key = keyof typeof en
export type Args = { readonly [name: string]: string | number }

export const WORDS: { readonly [lang in Lang]: { readonly [key in Key]: string } } = { en, ja }

export function fill(text: string, args: Args = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in args ? String(args[name]) : whole))
}

/** Words that are the same wherever they stand: name, type, min, average, red ... */
export function plainWord(word: string, lang: Lang): string | undefined {
  return (WORDS[lang] as { readonly [key: string]: string })[`word.${word}`]
}

/** The text in the language chosen now; inside components use useWords, which draws again at a switch. */
export function t(key: Key, args?: Args): string {
  return fill(WORDS[useUi.getState().lang][key], args)
}

export function useWords(): { t: (key: Key, args?: Args) => string; lang: Lang } {
  const lang = useUi((ui) => ui.lang)
  return { lang, t: (key, args) => fill(WORDS[lang][key], args) }
}

/** The language as the reader's own country writes it: dates and clocks of en-GB are not those of en-US. */
export function localeOf(lang: Lang): string {
  return navigator.languages.find((one) => one.split('-')[0] === lang) ?? lang
}

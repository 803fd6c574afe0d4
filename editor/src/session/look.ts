// Language and theme: shown at once, remembered by the server.
import type { Lang } from '../model/catalog'
import { api } from '../wire/api'
import { documentNow, useFlow } from './flow'
import { useKnown } from './known'
import { useUi, type Theme } from './ui'

let kept: Promise<unknown> = Promise.resolve()

/** One after the other: the last choice is the one that stays. */
function keep(choice: { lang: Lang } | { theme: Theme }): Promise<unknown> {
  kept = kept.then(() => api.setMe(choice)).catch(() => undefined)
  return kept
}

export async function chooseLang(lang: Lang): Promise<void> {
  useUi.getState().set({ lang })
  window.document.documentElement.lang = lang
  await keep({ lang })
  // Problems and authors are written by the server.
  const document = documentNow()
  const [checked, authors] = await Promise.all([api.validate(document).catch(() => null), api.authors().catch(() => null)])
  if (useUi.getState().lang !== lang) return
  if (checked && documentNow() === document) useFlow.getState().takeProblems(checked.problems, document)
  if (authors) useKnown.setState({ authors })
}

export function chooseTheme(theme: Theme): void {
  useUi.getState().set({ theme })
  showTheme(theme)
  void keep({ theme })
}

export function showTheme(theme: Theme): void {
  const root = window.document.documentElement
  if (theme === 'auto') root.removeAttribute('data-theme')
  else root.dataset.theme = theme
}

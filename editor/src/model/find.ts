// Search inside a flow: nodes by name, kind, id, params and the words of their kind; settings; notes.
import type { Catalog, Lang } from './catalog'
import type { FlowDocument, FlowNode, Json } from './document'
import { namesOf } from './naming'
import { notesOf } from './notes'
import { folded } from './search'

export interface Hit {
  readonly what: 'node' | 'setting' | 'note'
  readonly id: string
  readonly title: string
  /** Where the words were found, if not in the title. */
  readonly found: string
}

interface Place {
  readonly what: Hit['what']
  readonly id: string
  readonly title: string
  readonly texts: readonly string[]
}

/** Every word of `query` has to be found; hits in the title come first. `said` adds what a node shows of itself. */
export function findIn(document: FlowDocument, catalog: Catalog, lang: Lang, query: string, said: (node: FlowNode) => string = () => ''): Hit[] {
  const wanted = folded(query).split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return []
  const hits = placesOf(document, catalog, lang, said).flatMap(({ what, id, title, texts }): (Hit & { score: number })[] => {
    const all = [title, ...texts].map(folded)
    if (!wanted.every((word) => all.some((text) => text.includes(word)))) return []
    const named = wanted.every((word) => all[0]!.includes(word))
    const found = named ? '' : (texts.find((text) => wanted.some((word) => folded(text).includes(word))) ?? '')
    return [{ what, id, title, found, score: named ? (all[0]!.startsWith(wanted[0]!) ? 0 : 1) : 2 }]
  })
  return hits.sort((a, b) => a.score - b.score).map(({ score: _, ...hit }) => hit)
}

function placesOf(document: FlowDocument, catalog: Catalog, lang: Lang, said: (node: FlowNode) => string): Place[] {
  const names = namesOf(document, catalog, lang)
  const nodes = document.nodes.map((node): Place => {
    const words = Object.values(catalog.byId.get(node.kind)?.words ?? {})
    const params = Object.entries(node.params ?? {}).map(([name, value]) => `${name}: ${textOf(value)}`)
    return { what: 'node', id: node.id, title: names.get(node.id)!, texts: [said(node), ...params, node.id, ...words.map((word) => word.label), ...words.map((word) => word.summary)] }
  })
  const settings = Object.entries(document.settings ?? {}).map(([name, setting]): Place => (
    { what: 'setting', id: name, title: setting.label ?? name, texts: [name, `${textOf(setting.value)} ${setting.unit ?? ''}`.trim(), setting.help ?? ''] }
  ))
  const notes = notesOf(document).map((note): Place => ({ what: 'note', id: note.id, title: note.text.split('\n')[0] ?? '', texts: [note.text] }))
  return [...nodes, ...settings, ...notes]
}

function textOf(value: Json): string {
  if (value === null || typeof value !== 'object') return String(value)
  return Object.values(value).map(textOf).join(' ')
}

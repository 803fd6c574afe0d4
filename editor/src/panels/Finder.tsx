import { CornerDownRight, Search } from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { KindIcon } from '../canvas/icons'
import { showNode } from '../canvas/view'
import { kindWords } from '../model/catalog'
import { shownChord } from '../model/chords'
import { nodeById } from '../model/document'
import { findIn, type Hit } from '../model/find'
import { folded, searchKinds } from '../model/search'
import { noteKey } from '../canvas/graph'
import { selectNodes } from '../model/selection'
import { ACTIONS, carryOut, mayDo } from '../session/actions'
import { addKind, goToNode } from '../session/doing'
import { useFlow } from '../session/flow'
import { useKnown } from '../session/known'
import { MAC } from '../session/mac'
import { reveal } from '../session/notes'
import { useUi } from '../session/ui'
import { useWords, WORDS } from '../words'
import { useListKeys } from './listKeys'

interface Item {
  readonly key: string
  readonly section: string
  readonly title: string
  readonly more?: string
  readonly keys?: string
  readonly icon?: ReactNode
  readonly run: () => unknown
}

const MOST_KINDS = 8

/** Search: in the flow alone, or with everything that can be done and added. */
export function Finder({ only }: { only: 'flow' | 'all' }) {
  const { t } = useWords()
  const [query, setQuery] = useState('')
  const box = useRef<HTMLDialogElement>(null)
  const close = () => useUi.getState().set({ dialog: null })
  const items = useItems(only, query)
  const keys = useListKeys(items.length, (i) => { close(); items[i]!.run() }, close, query)
  useEffect(() => {
    const dialog = box.current
    if (!dialog?.open) dialog?.showModal()
    return () => dialog?.close()
  }, [])
  const label = t(only === 'flow' ? 'finder.find' : 'finder.all')
  return (
    <dialog ref={box} className="dialog finder" aria-label={label} data-testid="finder" onCancel={(event) => { event.preventDefault(); close() }} onMouseDown={(event) => { if (event.target === box.current) close() }}>
      <div className="finder-search"><Search size={18} aria-hidden /><input type="search" placeholder={label} aria-label={label} value={query} onChange={(event) => setQuery(event.target.value)} data-testid="finder-search" {...keys.input} /></div>
      <div className="finder-list" {...keys.list} aria-label={label}>
        {items.map((item, i) => (
          <div key={item.key} role="presentation">
            {item.section !== items[i - 1]?.section ? <p className="finder-section" role="presentation">{item.section}</p> : null}
            <div className="finder-item" {...keys.option(i)} data-testid={`found-${item.key.replaceAll(' ', '-')}`}>
              {item.icon ?? <CornerDownRight size={15} aria-hidden />}
              <span className="grow finder-words"><span className="truncate">{item.title}</span>{item.more ? <span className="small muted truncate">{item.more}</span> : null}</span>
              {item.keys ? <kbd>{shownChord(item.keys, MAC)}</kbd> : null}
            </div>
          </div>
        ))}
        {items.length === 0 ? <p className="small muted panel-pad" role="status">{query.trim() ? t('finder.nothing', { query }) : t('finder.begin')}</p> : null}
      </div>
    </dialog>
  )
}

function useItems(only: 'flow' | 'all', query: string): Item[] {
  const { t, lang } = useWords()
  const catalog = useKnown((known) => known.catalog)
  const document = useFlow((flow) => flow.history.document)
  const iconOf = (id: string) => <KindIcon name={catalog.byId.get(nodeById(document, id)?.kind ?? '')?.icon} size={16} />
  const hits = findIn(document, catalog, lang, query).map((hit): Item => (
    { key: `${hit.what} ${hit.id}`, section: t('finder.flow'), title: hit.title, more: hit.found, ...(hit.what === 'node' ? { icon: iconOf(hit.id) } : {}), run: () => jump(hit) }
  ))
  if (only === 'flow') return hits
  const wanted = folded(query).split(/\s+/).filter(Boolean)
  const actions = ACTIONS.filter((action) => mayDo(action) && !action.handy && action.id !== 'commands').flatMap((action): Item[] => {
    const words = folded(`${WORDS.ja[action.label]} ${WORDS.en[action.label]}`)
    if (!wanted.every((word) => words.includes(word))) return []
    return [{ key: `do ${action.id}`, section: t('finder.actions'), title: t(action.label), ...(action.keys[0] ? { keys: action.keys[0] } : {}), run: () => carryOut(action) }]
  })
  const kinds = wanted.length === 0 ? [] : searchKinds(catalog.kinds, query, lang).slice(0, MOST_KINDS).map((kind): Item => (
    { key: `add ${kind.id}`, section: t('finder.add'), title: kindWords(kind, lang)?.label ?? kind.id, more: kindWords(kind, lang)?.summary ?? '', icon: <KindIcon name={kind.icon} size={16} />, run: () => addKind(kind) }
  ))
  return [...actions, ...hits, ...kinds]
}

function jump({ what, id }: Hit): void {
  if (what === 'setting') {
    useUi.getState().set({ tab: 'settings', panel: true, sheet: 'half' })
    setTimeout(() => window.document.querySelector<HTMLElement>(`[data-testid="setting-value-${id}"]`)?.focus(), 60)
  } else if (what === 'note') {
    reveal('note', id)
    useFlow.getState().select(selectNodes([], [id]))
    setTimeout(() => showNode(noteKey(id)), 60)
  } else {
    goToNode(id)
    useUi.getState().set({ tab: 'node', panel: true })
  }
}

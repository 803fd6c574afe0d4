import { PanelLeftClose, PanelLeftOpen, Search } from 'lucide-react'
import { useRef, useState } from 'react'
import { KIND_DRAG } from '../canvas/drag'
import { KindIcon } from '../canvas/icons'
import { kindWords, type KindInfo } from '../model/catalog'
import { searchKinds } from '../model/search'
import { addKind } from '../session/doing'
import { useKnown } from '../session/known'
import { useUi } from '../session/ui'
import { useWords, WORDS, type Key } from '../words'

export function Palette({ onAdded }: { onAdded?: () => void }) {
  const { t, lang } = useWords()
  const catalog = useKnown((known) => known.catalog)
  const [query, setQuery] = useState('')
  const list = useRef<HTMLDivElement>(null)
  const [open, fold] = useOpenGroups()
  const found = searchKinds(catalog.kinds, query, lang)
  const groups = query.trim() ? [['', found] as const] : byGroup(found)
  const add = (kind: KindInfo) => {
    addKind(kind)
    onAdded?.()
  }
  const walk = (by: number) => {
    const items = [...(list.current?.querySelectorAll<HTMLElement>('.palette-kind, summary') ?? [])].filter((item) => item.offsetParent)
    const at = items.indexOf(window.document.activeElement as HTMLElement)
    items[Math.max(0, Math.min(items.length - 1, at + by))]?.focus()
  }
  return (
    <div className="palette-inner" onKeyDown={(event) => {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
      event.preventDefault()
      walk(event.key === 'ArrowDown' ? 1 : -1)
    }}>
      <div className="palette-search">
        <Search size={15} aria-hidden />
        <input
          type="search" value={query} placeholder={t('palette.search')} aria-label={t('palette.search')} data-testid="palette-search"
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => { if (event.key === 'Enter' && !event.nativeEvent.isComposing && found[0]) add(found[0]) }}
        />
      </div>
      <div className="palette-list" ref={list}>
        {groups.map(([group, kinds]) => group ? (
          <details key={group} open={open.includes(group)} onToggle={(event) => fold(group, event.currentTarget.open)}>
            <summary data-group={group} data-testid={`palette-group-${group}`}><span className="palette-dot" aria-hidden />{groupLabel(group, lang)}<span className="number muted">{kinds.length}</span></summary>
            <Kinds kinds={kinds} onAdd={add} />
          </details>
        ) : <Kinds key="found" kinds={kinds} onAdd={add} />)}
        {found.length === 0 ? <p className="small muted panel-pad">{t('palette.nothing', { query })}</p> : null}
      </div>
    </div>
  )
}

function Kinds({ kinds, onAdd }: { kinds: readonly KindInfo[]; onAdd: (kind: KindInfo) => void }) {
  const { lang } = useWords()
  return (
    <ul className="plain">
      {kinds.map((kind) => (
        <li key={kind.id}>
          <button
            type="button" className="palette-kind" draggable data-group={kind.group} data-testid={`palette-${kind.id}`} title={kindWords(kind, lang)?.description || kindWords(kind, lang)?.summary}
            onClick={() => onAdd(kind)} onDragStart={(event) => { event.dataTransfer.setData(KIND_DRAG, kind.id); event.dataTransfer.effectAllowed = 'copy' }}
          >
            <span className="node-icon"><KindIcon name={kind.icon} /></span>
            <span className="grow"><span className="palette-label">{kindWords(kind, lang)?.label ?? kind.id}</span><span className="palette-summary">{kindWords(kind, lang)?.summary}</span></span>
          </button>
        </li>
      ))}
    </ul>
  )
}

const OPEN_GROUPS = 'suiro.palette'

/** Which groups are unfolded, as this browser left them. */
function useOpenGroups(): [readonly string[], (group: string, open: boolean) => void] {
  const [open, setOpen] = useState<readonly string[]>(() => {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(OPEN_GROUPS) ?? 'null')
      return Array.isArray(kept) ? kept.map(String) : ['source', 'filter', 'action']
    } catch {
      return ['source', 'filter', 'action']
    }
  })
  return [open, (group, unfolded) => {
    const next = unfolded ? [...new Set([...open, group])] : open.filter((other) => other !== group)
    if (next.length === open.length) return
    localStorage.setItem(OPEN_GROUPS, JSON.stringify(next))
    setOpen(next)
  }]
}

function byGroup(kinds: readonly KindInfo[]): (readonly [string, KindInfo[]])[] {
  const groups = new Map<string, KindInfo[]>()
  for (const kind of kinds) groups.set(kind.group, [...(groups.get(kind.group) ?? []), kind])
  return [...groups]
}

function groupLabel(group: string, lang: 'ja' | 'en'): string {
  const key = `group.${group}` as Key
  return WORDS[lang][key] ?? group
}

/** The palette as the left side of the editor, folded away or not. */
export function PaletteSide() {
  const { t } = useWords()
  const open = useUi((ui) => ui.palette)
  const set = useUi((ui) => ui.set)
  if (!open) {
    return (
      <div className="side-folded"><button type="button" className="btn btn-quiet btn-icon btn-small" aria-label={t('palette.open')} title={t('palette.open')} onClick={() => set({ palette: true })}><PanelLeftOpen aria-hidden /></button></div>
    )
  }
  return (
    <aside className="palette" aria-label={t('palette.title')}>
      <div className="side-head"><h2 className="small">{t('palette.title')}</h2>
        <button type="button" className="btn btn-quiet btn-icon btn-small" aria-label={t('palette.close')} title={t('palette.close')} onClick={() => set({ palette: false })}><PanelLeftClose aria-hidden /></button></div>
      <Palette />
    </aside>
  )
}

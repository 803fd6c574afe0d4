import { useEffect, useMemo, useRef, useState } from 'react'
import { kindWords } from '../model/catalog'
import { searchKinds } from '../model/search'
import { useKnown } from '../session/known'
import { addHere, askForKind, fitting, useQuick } from '../session/quick'
import { useWords } from '../words'
import { KindIcon } from './icons'
import { useListKeys } from '../panels/listKeys'

const WIDTH = 320
const HEIGHT = 380
const EDGE = 12

/** A list of kinds at the pointer: only those that fit the open end or the wire it was asked for. */
export function QuickAdd() {
  const asked = useQuick((state) => state.asked)
  return asked ? <List key={`${asked.screen.x} ${asked.screen.y}`} /> : null
}

function List() {
  const { t, lang } = useWords()
  const asked = useQuick((state) => state.asked)!
  const catalog = useKnown((known) => known.catalog)
  const [query, setQuery] = useState('')
  const box = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const found = useMemo(() => searchKinds(fitting(catalog.kinds, asked), query, lang), [catalog, asked, query, lang])
  const before = useRef(window.document.activeElement)
  const leave = () => {
    askForKind(null)
    if (before.current instanceof HTMLElement) before.current.focus()
  }
  const keys = useListKeys(found.length, (i) => addHere(found[i]!), leave, query)
  useEffect(() => {
    input.current?.focus()
    const away = (event: Event) => { if (!box.current?.contains(event.target as Node)) askForKind(null) }
    window.addEventListener('pointerdown', away, true)
    return () => window.removeEventListener('pointerdown', away, true)
  }, [])
  const left = Math.max(EDGE, Math.min(asked.screen.x, window.innerWidth - WIDTH - EDGE))
  const top = Math.max(EDGE, Math.min(asked.screen.y, window.innerHeight - HEIGHT - EDGE))
  const label = t(asked.wire ? 'quick.on_wire' : asked.end ? 'quick.at_end' : 'do.add')
  return (
    <div className="quick" ref={box} role="dialog" aria-label={label} style={{ left, top }} data-own-undo data-testid="quick-add">
      <input ref={input} type="search" placeholder={label} value={query} onChange={(event) => setQuery(event.target.value)} data-testid="quick-search" {...keys.input} />
      <ul className="plain quick-list" {...keys.list} aria-label={label}>
        {found.map((kind, i) => (
          <li key={kind.id} className="quick-item" data-group={kind.group} data-testid={`quick-${kind.id}`} {...keys.option(i)}>
            <span className="node-icon"><KindIcon name={kind.icon} size={16} /></span>
            <span className="grow"><span className="palette-label">{kindWords(kind, lang)?.label ?? kind.id}</span><span className="palette-summary">{kindWords(kind, lang)?.summary}</span></span>
          </li>
        ))}
      </ul>
      {found.length === 0 ? <p className="small muted quick-none">{t('palette.nothing', { query })}</p> : null}
    </div>
  )
}

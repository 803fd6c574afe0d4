import { ChevronDown, ChevronUp, PanelRightClose, PanelRightOpen, Plus } from 'lucide-react'
import { useState, type KeyboardEvent, type ReactNode } from 'react'
import { useFlow } from '../session/flow'
import { useKnown } from '../session/known'
import { useUi, type Tab } from '../session/ui'
import { useWords, type Key } from '../words'
import { Conversation } from './Conversation'
import { NodePanel } from './NodePanel'
import { Palette } from './Palette'
import { ProblemsPanel } from './ProblemsPanel'
import { SettingsPanel } from './SettingsPanel'
import { TryPanel } from './TryPanel'

const TABS: readonly Tab[] = ['conversation', 'node', 'settings', 'problems', 'try']

/** The right side: conversation, form of the chosen node, settings, problems. On narrow screens a sheet at the bottom. */
export function Side() {
  const { t } = useWords()
  const { tab, panel, sheet, set } = useUi()
  const [adding, setAdding] = useState(false)
  if (!panel) {
    return <div className="side-folded side-right"><button type="button" className="btn btn-quiet btn-icon btn-small" aria-label={t('side.open')} title={t('side.open')} onClick={() => set({ panel: true })}><PanelRightOpen aria-hidden /></button></div>
  }
  return (
    <aside className="side" data-sheet={sheet} aria-label={t('side.title')}>
      <div className="side-tabs">
        <div className="tabs" role="tablist" aria-label={t('side.title')} onKeyDown={walkTabs}>
          {TABS.map((name) => <TabButton key={name} name={name} on={tab === name && !adding} onPick={() => { setAdding(false); set({ tab: name, ...(sheet === 'low' ? { sheet: 'half' as const } : {}) }) }} />)}
        </div>
        <button type="button" className="btn btn-quiet btn-icon btn-small only-narrow" aria-label={t('palette.open')} aria-pressed={adding} onClick={() => { setAdding(!adding); set({ sheet: 'full' }) }} data-testid="sheet-add"><Plus aria-hidden /></button>
        <button type="button" className="btn btn-quiet btn-icon btn-small only-narrow" aria-label={t(sheet === 'full' ? 'side.lower' : 'side.raise')} onClick={() => set({ sheet: sheet === 'low' ? 'half' : sheet === 'half' ? 'full' : 'low' })} data-testid="sheet">{sheet === 'full' ? <ChevronDown aria-hidden /> : <ChevronUp aria-hidden />}</button>
        <button type="button" className="btn btn-quiet btn-icon btn-small only-wide" aria-label={t('side.close')} title={t('side.close')} onClick={() => set({ panel: false })}><PanelRightClose aria-hidden /></button>
      </div>
      <div className="side-body" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={-1}>
        {adding ? <Palette onAdded={() => { setAdding(false); set({ sheet: 'half' }) }} /> : <Body tab={tab} />}
      </div>
    </aside>
  )
}

function Body({ tab }: { tab: Tab }) {
  if (tab === 'conversation') return <Conversation />
  if (tab === 'problems') return <ProblemsPanel />
  if (tab === 'try') return <TryPanel />
  return <OnlyShown>{tab === 'node' ? <NodePanel /> : <SettingsPanel />}</OnlyShown>
}

/** For those who may look but not change: the same forms, disabled, and why. */
function OnlyShown({ children }: { children: ReactNode }) {
  const { t } = useWords()
  if (!useKnown((known) => known.looking)) return children
  return <fieldset className="only-shown" disabled data-testid="only-shown"><p className="callout small">{t('role.looking')}</p>{children}</fieldset>
}

function TabButton({ name, on, onPick }: { name: Tab; on: boolean; onPick: () => void }) {
  const { t } = useWords()
  return (
    <button type="button" role="tab" id={`tab-${name}`} className="tab" aria-selected={on} tabIndex={on ? 0 : -1} onClick={onPick} data-testid={`tab-${name}`}>
      {t(`tab.${name}` as Key)}<Count name={name} />
    </button>
  )
}

function Count({ name }: { name: Tab }) {
  const problems = useFlow((flow) => flow.problems)
  const empty = useFlow((flow) => flow.history.document.nodes.length === 0)
  const assumed = useFlow((flow) => Object.values(flow.history.document.settings ?? {}).filter((setting) => setting.assumed).length)
  if (name === 'settings' && assumed) return <span className="tab-count warn">{assumed}</span>
  // Nobody has done anything wrong yet.
  if (name !== 'problems' || problems.length === 0 || empty) return null
  return <span className={problems.some((p) => p.severity === 'error') ? 'tab-count bad' : 'tab-count warn'} data-testid="problems-count">{problems.length}</span>
}

function walkTabs(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
  event.preventDefault()
  const tabs = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('[role=tab]')]
  const at = tabs.indexOf(window.document.activeElement as HTMLButtonElement)
  const next = tabs[(at + (event.key === 'ArrowRight' ? 1 : -1) + tabs.length) % tabs.length]
  next?.focus()
  next?.click()
}

import {
  ArrowLeft, CloudAlert, CloudCheck, Download, EllipsisVertical, History, Keyboard, Languages, LayoutDashboard, LoaderCircle, MonitorCog, Moon, Network, Play, Redo2, Search, Square, StickyNote, Sun, Undo2, Upload,
} from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { shownChord } from '../model/chords'
import { arrangeAll } from '../session/arranging'
import { useFlow } from '../session/flow'
import { peopleOf, useHere } from '../session/here'
import { useKnown } from '../session/known'
import { useLive } from '../session/live'
import { chooseLang, chooseTheme } from '../session/look'
import { MAC } from '../session/mac'
import { draftDiffers, stopFlow } from '../session/running'
import { addNote } from '../session/notes'
import { useUi, type Theme } from '../session/ui'
import { runs } from '../wire/records'
import { useWords, type Key } from '../words'
import { SnoozeMark } from './Snoozed'

export function Header() {
  const { t } = useWords()
  const history = useFlow((flow) => flow.history)
  const { undo, redo } = useFlow.getState()
  const set = useUi((ui) => ui.set)
  return (
    <header className="bar">
      <a className="btn btn-quiet btn-icon btn-small" href="/flows/" aria-label={t('bar.back')} title={t('bar.back')} data-testid="back"><ArrowLeft aria-hidden /></a>
      <FlowName />
      <StatusBadge />
      <SnoozeMark />
      <SavingMark />
      <People />
      <div className="toolbar-gap" />
      <DashboardLink />
      <div className="bar-tools">
        <IconButton label={t('do.undo')} keys="Mod+z" disabled={history.past.length === 0} onClick={undo} testId="undo"><Undo2 aria-hidden /></IconButton>
        <IconButton label={t('do.redo')} keys="Mod+Shift+z" disabled={history.future.length === 0} onClick={redo} testId="redo"><Redo2 aria-hidden /></IconButton>
        <IconButton label={t('do.arrange')} keys="l" disabled={history.document.nodes.length === 0} onClick={() => void arrangeAll()} testId="arrange"><Network aria-hidden /></IconButton>
        <IconButton label={t('do.note')} keys="n" onClick={() => addNote()} testId="add-note"><StickyNote aria-hidden /></IconButton>
        <span className="toolbar-line" />
        <IconButton label={t('do.export')} onClick={() => set({ dialog: 'export' })} testId="export"><Download aria-hidden /></IconButton>
        <IconButton label={t('do.import')} onClick={() => set({ dialog: 'import' })} testId="import"><Upload aria-hidden /></IconButton>
        <IconButton label={t('do.commands')} keys="Mod+k" onClick={() => set({ dialog: 'commands' })} testId="commands"><Search aria-hidden /></IconButton>
        <IconButton label={t('keys.title')} keys="?" onClick={() => set({ dialog: 'keys' })} testId="keys"><Keyboard aria-hidden /></IconButton>
        <span className="toolbar-line" />
        <LangButton />
        <ThemeButton />
      </div>
      <MoreMenu />
      <RunButtons />
    </header>
  )
}

function DashboardLink() {
  const { t } = useWords()
  const id = useFlow((flow) => flow.id)
  return <a className="btn btn-quiet btn-icon btn-small bar-dashboard" href={`/flows/${id}/dashboard/`} aria-label={t('bar.dashboard')} title={t('bar.dashboard')} data-testid="dashboard"><LayoutDashboard aria-hidden /></a>
}

function IconButton({ label, keys, disabled, onClick, testId, children }: { label: string; keys?: string; disabled?: boolean; onClick: () => void; testId: string; children: ReactNode }) {
  return <button type="button" className="btn btn-quiet btn-icon btn-small" aria-label={label} title={keys ? `${label} (${shownChord(keys, MAC)})` : label} disabled={disabled} onClick={onClick} data-testid={testId}>{children}</button>
}

function FlowName() {
  const { t } = useWords()
  const name = useFlow((flow) => flow.history.document.name ?? '')
  const [text, setText] = useState<string | null>(null)
  const put = () => {
    const wanted = (text ?? '').trim().slice(0, 200)
    if (text !== null && wanted && wanted !== name) useFlow.getState().change({ t: 'put', key: 'name', value: wanted })
    setText(null)
  }
  useEffect(() => { window.document.title = name ? `${name} – Suiro` : 'Suiro' }, [name])
  return (
    <input
      className="flow-name" value={text ?? name} aria-label={t('bar.name')} title={name} maxLength={200} data-testid="flow-name" size={Math.min(36, Math.max(8, width(text ?? name)))}
      onChange={(event) => setText(event.target.value)} onBlur={put}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) event.currentTarget.blur()
        if (event.key === 'Escape') setText(null)
      }}
    />
  )
}

/** Roughly how many letters wide a text is; a Japanese letter is two. */
function width(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter.codePointAt(0)! > 0x2e80 ? 1.8 : 1), 0)
}

function StatusBadge() {
  const { t } = useWords()
  const { status, deployed, statusDetail } = useFlow()
  const document = useFlow((flow) => flow.history.document)
  const differs = draftDiffers(document, deployed?.document)
  const looks: { readonly [status: string]: string } = { running: 'badge-good', starting: 'badge-accent', failed: 'badge-bad', rolled_back: 'badge-warn' }
  const title = statusDetail.map((problem) => problem.message).join('\n')
  return (
    <span className="row bar-status" data-testid="status" data-status={status}>
      <span className={`badge ${looks[status] ?? ''}`} title={title}>
        <span className={runs(status) ? 'dot dot-live' : 'dot'} />{t(`status.${status}` as Key)}{deployed && status !== 'draft' ? <button type="button" className="faint-version" aria-label={`v${deployed.version}: ${t('versions.title')}`} title={t('versions.title')} onClick={() => useUi.getState().set({ dialog: 'versions' })} data-testid="all-versions">v{deployed.version}</button> : null}
      </span>
      {differs && status !== 'draft' ? <span className="badge badge-warn" title={t('status.differs_help')} data-testid="differs">{t('status.differs')}</span> : null}
    </span>
  )
}

function SavingMark() {
  const { t } = useWords()
  const saving = useFlow((flow) => flow.saving)
  const connected = useLive((live) => live.connected || !live.ever)
  if (!connected) return <span className="saving warn" role="status" title={t('live.away')}><CloudAlert size={16} aria-hidden /><span className="saving-text">{t('live.away_short')}</span></span>
  if (saving === 'failed' || saving === 'conflict') return <button type="button" className="link-button bad" aria-label={t(`saving.${saving}`)} onClick={() => saving === 'conflict' && useUi.getState().set({ dialog: 'conflict' })}><CloudAlert size={16} aria-hidden /><span className="saving-text">{t(`saving.${saving}`)}</span></button>
  return (
    <span className="saving faint" role="status" title={t(`saving.${saving}`)} data-testid="saving" data-saving={saving}>
      {saving === 'saved' ? <CloudCheck size={16} aria-hidden /> : <LoaderCircle size={16} aria-hidden />}<span className="hidden-text">{t(`saving.${saving}`)}</span>
    </span>
  )
}

/** Who else has this flow open. */
function People() {
  const { t } = useWords()
  const here = useHere()
  const people = peopleOf(here)
  if (people.length === 0) return null
  const said = people.map((one) => (one.self ? t('here.self') : one.name))
  return (
    <span className="people" role="img" aria-label={t('here.who', { names: said.join(', ') })} title={t('here.who', { names: said.join(', ') })} data-testid="people">
      {people.slice(0, 4).map((one) => <span key={one.name} className="person" data-self={one.self || undefined} aria-hidden>{[...one.name][0]?.toUpperCase()}</span>)}
      {people.length > 4 ? <span className="person" aria-hidden>+{people.length - 4}</span> : null}
    </span>
  )
}

function RunButtons() {
  const { t } = useWords()
  const status = useFlow((flow) => flow.status)
  const empty = useFlow((flow) => flow.history.document.nodes.length === 0)
  const differs = useFlow((flow) => draftDiffers(flow.history.document, flow.deployed?.document))
  const running = runs(status) || status === 'starting'
  const looking = useKnown((known) => known.looking)
  const why = looking ? t('role.looking') : undefined
  return (
    <div className="row bar-run">
      {running ? <button type="button" className="btn btn-small" disabled={looking} title={why} onClick={() => void stopFlow()} data-testid="stop" aria-label={t('deploy.stop')}><Square aria-hidden /><span className="run-word">{t('deploy.stop')}</span></button> : null}
      <button type="button" className="btn btn-primary btn-small" disabled={empty || looking} title={why} onClick={() => useUi.getState().set({ dialog: 'deploy' })} data-testid="deploy" data-differs={differs || undefined}><Play aria-hidden />{t('deploy.deploy')}</button>
    </div>
  )
}

function LangButton() {
  const { lang, t } = useWords()
  return (
    <button type="button" className="btn btn-quiet btn-small" onClick={() => void chooseLang(lang === 'ja' ? 'en' : 'ja')} aria-label={`${t('look.lang')}: ${lang === 'ja' ? 'EN' : '日本語'}`} title={t('look.lang')} data-testid="lang" lang={lang === 'ja' ? 'en' : 'ja'}>
      <Languages aria-hidden />{lang === 'ja' ? 'EN' : '日本語'}
    </button>
  )
}

const NEXT: { readonly [theme in Theme]: Theme } = { auto: 'light', light: 'dark', dark: 'auto' }

function ThemeButton() {
  const { t } = useWords()
  const theme = useUi((ui) => ui.theme)
  const Icon = theme === 'dark' ? Moon : theme === 'light' ? Sun : MonitorCog
  const label = `${t('look.theme')}: ${t(`theme.${theme}`)}`
  return <IconButton label={label} onClick={() => chooseTheme(NEXT[theme])} testId="theme"><Icon aria-hidden /></IconButton>
}

/** The tools again, for narrow screens. */
function MoreMenu() {
  const { t, lang } = useWords()
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const theme = useUi((ui) => ui.theme)
  const deployed = useFlow((flow) => flow.deployed !== null)
  useEffect(() => {
    if (!open) return
    const away = (event: Event) => { if (!box.current?.contains(event.target as Node)) setOpen(false) }
    window.addEventListener('pointerdown', away)
    return () => window.removeEventListener('pointerdown', away)
  }, [open])
  const item = (label: string, deed: () => void, icon: ReactNode) => <button type="button" role="menuitem" className="menu-item" onClick={() => { setOpen(false); deed() }}>{icon}{label}</button>
  const { undo, redo } = useFlow.getState()
  const { set } = useUi.getState()
  return (
    <div className="more-menu" ref={box} onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}>
      <button type="button" className="btn btn-quiet btn-icon btn-small" aria-label={t('bar.more')} aria-expanded={open} aria-haspopup="menu" onClick={() => setOpen(!open)} data-testid="more"><EllipsisVertical aria-hidden /></button>
      {open ? (
        <div className="menu" role="menu">
          {item(t('bar.dashboard'), () => window.location.assign(`/flows/${useFlow.getState().id}/dashboard/`), <LayoutDashboard aria-hidden />)}
          {item(t('do.undo'), undo, <Undo2 aria-hidden />)}
          {item(t('do.redo'), redo, <Redo2 aria-hidden />)}
          {item(t('do.arrange'), () => void arrangeAll(), <Network aria-hidden />)}
          {item(t('do.commands'), () => set({ dialog: 'commands' }), <Search aria-hidden />)}
          {item(t('do.note'), () => addNote(), <StickyNote aria-hidden />)}
          {deployed ? item(t('versions.title'), () => set({ dialog: 'versions' }), <History aria-hidden />) : null}
          {item(t('do.export'), () => set({ dialog: 'export' }), <Download aria-hidden />)}
          {item(t('do.import'), () => set({ dialog: 'import' }), <Upload aria-hidden />)}
          {item(lang === 'ja' ? 'English' : '日本語', () => void chooseLang(lang === 'ja' ? 'en' : 'ja'), <Languages aria-hidden />)}
          {item(`${t('look.theme')}: ${t(`theme.${NEXT[theme]}`)}`, () => chooseTheme(NEXT[theme]), <MonitorCog aria-hidden />)}
        </div>
      ) : null}
    </div>
  )
}

// Everything a person can do, once: the keyboard, the list of commands and the cheat sheet read it here.
import { fitView, zoom } from '../canvas/view'
import { ALIGNMENTS } from '../model/align'
import { chordOf, type Pressed } from '../model/chords'
import { NOTHING_SELECTED, selectNodes } from '../model/selection'
import { t, type Key } from '../words'
import { alignSelected, arrangeAll, nudge, pinSelected, spreadSelected } from './arranging'
import { fromClipboard, putOnClipboard } from './clipboard'
import { useCompile } from './compile'
import { copySelected, deleteSelected, duplicateSelected, pasteText, selectAll } from './doing'
import { documentNow, useFlow } from './flow'
import { chooseLang, chooseTheme } from './look'
import { addNote, foldSelected, frameSelected, useWriting } from './notes'
import { usePrompt } from './prompt'
import { askHere } from './quick'
import { stopFlow } from './running'
import { saveNow } from './saving'
import { snoozeFlow } from './snoozes'
import { openTry } from './trying'
import { useUi, type Tab } from './ui'

/** Where its keys work: everywhere; also while typing, except in boxes with an undo of their own; not while typing; on the canvas. */
export type Where = 'always' | 'document' | 'away' | 'canvas'
export const SECTIONS = ['edit', 'place', 'view', 'go', 'flow'] as const
export type Section = (typeof SECTIONS)[number]

export interface Action {
  readonly id: string
  readonly label: Key
  readonly section: Section
  readonly keys: readonly string[]
  readonly where: Where
  /** The browser's own events carry these keys out. */
  readonly native?: true
  readonly ready?: () => boolean
  /** A matter of the hand alone: not in the list of commands. */
  readonly handy?: true
  /** False: nothing was done, and the key goes on its way. */
  readonly run: (chord?: string) => unknown
}

const selected = () => useFlow.getState().selection
const some = () => selected().nodes.size + selected().notes.size > 0
const nodesChosen = (n: number) => () => selected().nodes.size >= n
const notesChosen = () => selected().notes.size > 0
const isDeployed = () => useFlow.getState().deployed !== null
const notEmpty = () => documentNow().nodes.length > 0
const dialog = (name: 'deploy' | 'versions' | 'import' | 'export' | 'keys' | 'commands' | 'find') => () => useUi.getState().set({ dialog: name })

const STEP: { readonly [key: string]: readonly [number, number] } = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

function step(chord: string | undefined, far: number): boolean {
  const [x, y] = STEP[chord?.split('+').at(-1) ?? ''] ?? [0, 0]
  if (!some() || (x === 0 && y === 0)) return false
  nudge(x * far, y * far)
  return true
}

const edit = (id: string, label: Key, keys: readonly string[], run: Action['run'], more: Partial<Action> = {}): Action => ({ id, label, section: 'edit', keys, where: 'away', run, ...more })
const place = (id: string, label: Key, keys: readonly string[], run: Action['run'], more: Partial<Action> = {}): Action => ({ ...edit(id, label, keys, run, more), section: 'place' })
const view = (id: string, label: Key, keys: readonly string[], run: Action['run'], more: Partial<Action> = {}): Action => ({ ...edit(id, label, keys, run, more), section: 'view' })
const go = (id: string, label: Key, keys: readonly string[], run: Action['run'], more: Partial<Action> = {}): Action => ({ ...edit(id, label, keys, run, more), section: 'go' })
const flow = (id: string, label: Key, keys: readonly string[], run: Action['run'], more: Partial<Action> = {}): Action => ({ ...edit(id, label, keys, run, more), section: 'flow' })

const EDITING: readonly Action[] = [
  edit('undo', 'do.undo', ['Mod+z'], () => useFlow.getState().undo(), { where: 'document', ready: () => useFlow.getState().history.past.length > 0 }),
  edit('redo', 'do.redo', ['Mod+Shift+z', 'Mod+y'], () => useFlow.getState().redo(), { where: 'document', ready: () => useFlow.getState().history.future.length > 0 }),
  edit('add', 'do.add', ['a'], askHere),
  edit('copy', 'do.copy', ['Mod+c'], () => { const text = copySelected(); if (text) void putOnClipboard(text) }, { native: true, ready: some }),
  edit('cut', 'do.cut', ['Mod+x'], () => { const text = copySelected(); if (text) { void putOnClipboard(text); deleteSelected() } }, { native: true, ready: some }),
  edit('paste', 'do.paste', ['Mod+v'], () => void fromClipboard().then((text) => pasteText(text)), { native: true }),
  edit('duplicate', 'do.duplicate', ['Mod+d'], duplicateSelected, { ready: some }),
  edit('delete', 'do.delete', ['Delete', 'Backspace'], deleteSelected, { where: 'canvas', ready: () => some() || selected().wires.size > 0 }),
  edit('all', 'keys.all', ['Mod+a'], selectAll, { where: 'canvas', ready: notEmpty }),
  edit('none', 'keys.escape', ['Escape'], () => useFlow.getState().select(NOTHING_SELECTED), { where: 'canvas' }),
  edit('form', 'keys.enter', ['Enter'], openChosen, { where: 'canvas' }),
  edit('note', 'do.note', ['n'], () => addNote()),
  edit('frame', 'do.frame', ['g'], frameSelected, { ready: nodesChosen(1) }),
  edit('fold', 'do.fold', ['c'], foldSelected, { ready: notesChosen }),
]

const PLACING: readonly Action[] = [
  place('arrange', 'do.arrange', ['l'], () => void arrangeAll(), { ready: notEmpty }),
  place('pin', 'do.pin', ['h'], pinSelected, { ready: nodesChosen(1) }),
  ...ALIGNMENTS.map((how) => place(`align ${how}`, `align.${how}` as Key, [`Shift+${how[0]!}`], () => alignSelected(how), { ready: nodesChosen(2) })),
  place('spread horizontal', 'spread.horizontal', ['Shift+h'], () => spreadSelected('horizontal'), { ready: nodesChosen(3) }),
  place('spread vertical', 'spread.vertical', ['Shift+v'], () => spreadSelected('vertical'), { ready: nodesChosen(3) }),
  place('nudge', 'keys.nudge', Object.keys(STEP), (chord) => step(chord, 8), { where: 'canvas', ready: some, handy: true }),
  place('nudge far', 'keys.nudge_far', Object.keys(STEP).map((key) => `Shift+${key}`), (chord) => step(chord, 40), { where: 'canvas', ready: some, handy: true }),
]

const LOOKING: readonly Action[] = [
  view('fit', 'view.fit', ['f'], () => fitView()),
  view('in', 'view.zoom_in', ['+', '='], () => zoom(1.25)),
  view('out', 'view.zoom_out', ['-'], () => zoom(0.8)),
  view('side', 'do.side', [']'], () => useUi.getState().set({ panel: !useUi.getState().panel })),
  view('palette', 'do.palette', ['['], () => useUi.getState().set({ palette: !useUi.getState().palette })),
  view('lang', 'do.lang', [], () => void chooseLang(useUi.getState().lang === 'ja' ? 'en' : 'ja')),
  view('light', 'do.light', [], () => chooseTheme('light')),
  view('dark', 'do.dark', [], () => chooseTheme('dark')),
  view('auto', 'do.auto', [], () => chooseTheme('auto')),
]

const tab = (name: Tab) => () => useUi.getState().set({ tab: name, panel: true })

const GOING: readonly Action[] = [
  go('commands', 'do.commands', ['Mod+k'], dialog('commands'), { where: 'always' }),
  go('find', 'do.find', ['Mod+f'], dialog('find'), { where: 'always' }),
  go('area', 'do.area', ['F6'], nextArea, { where: 'always' }),
  go('search', 'palette.search', ['/'], searchPalette),
  go('prompt', 'prompt.label', ['p'], () => { tab('conversation')(); setTimeout(() => usePrompt.setState({ focus: Date.now() }), 0) }),
  go('conversation', 'tab.conversation', ['1'], tab('conversation')),
  go('node', 'tab.node', ['2'], tab('node')),
  go('settings', 'tab.settings', ['3'], tab('settings')),
  go('problems', 'tab.problems', ['4'], tab('problems')),
  go('try', 'tab.try', ['5'], tab('try')),
  go('keys', 'keys.title', ['?'], dialog('keys')),
]

const WHOLE: readonly Action[] = [
  flow('try', 'do.try', ['t'], openTry, { ready: notEmpty }),
  flow('save', 'keys.save', ['Mod+s'], () => void saveNow(), { where: 'always' }),
  flow('deploy', 'deploy.deploy', ['Mod+Enter'], dialog('deploy'), { where: 'document', ready: notEmpty }),
  flow('versions', 'versions.title', [], dialog('versions'), { ready: isDeployed }),
  flow('snooze hour', 'do.snooze_hour', [], () => void snoozeFlow('hour'), { ready: isDeployed }),
  flow('snooze morning', 'do.snooze_morning', [], () => void snoozeFlow('morning'), { ready: isDeployed }),
  flow('stop', 'deploy.stop', [], () => void stopFlow(), { ready: () => ['running', 'starting'].includes(useFlow.getState().status) }),
  flow('export', 'do.export', [], dialog('export')),
  flow('import', 'do.import', [], dialog('import')),
  flow('name', 'bar.name', ['F2'], () => window.document.querySelector<HTMLInputElement>('.flow-name')?.select()),
  flow('back', 'bar.back', [], () => window.location.assign('/flows/')),
]

export const ACTIONS: readonly Action[] = [...EDITING, ...PLACING, ...LOOKING, ...GOING, ...WHOLE]

/** Whether it can be done now. Nothing is edited while an author writes or a proposal waits. */
export function mayDo(action: Action): boolean {
  const { building, proposal } = useCompile.getState()
  const editing = action.section === 'edit' || action.section === 'place'
  if (editing && (proposal || (building && !building.edit))) return false
  return action.ready?.() !== false
}

export function actionFor(event: Pressed): Action | undefined {
  const chord = chordOf(event)
  return ACTIONS.find((action) => !action.native && action.keys.includes(chord))
}

/** Do it, and say so to those who do not see it. False: nothing was done. */
export function carryOut(action: Action, chord?: string): boolean {
  if (action.run(chord) === false) return false
  if (action.section === 'edit' || action.section === 'place') useUi.setState({ said: t(action.label) })
  return true
}

/** Enter on a node opens its form and goes there; on a note it goes on writing. */
function openChosen(): boolean {
  const focused = window.document.activeElement
  const id = focused?.closest('.react-flow__node')?.getAttribute('data-id') ?? [...selected().nodes][0]
  if (!id || focused?.closest('.react-flow__edge')) return false
  if (id.startsWith('note:')) {
    useWriting.setState({ id: id.slice(5) })
    return true
  }
  useFlow.getState().select(selectNodes([id]))
  useUi.getState().set({ tab: 'node', panel: true, sheet: 'full' })
  setTimeout(() => window.document.querySelector<HTMLElement>('[data-testid="node-form"] input, [data-testid="node-form"] select')?.focus(), 30)
  return true
}

function searchPalette(): void {
  useUi.getState().set({ palette: true })
  setTimeout(() => window.document.querySelector<HTMLElement>('[data-testid="palette-search"]')?.focus(), 0)
}

const AREAS = ['.bar', '.palette', '.editor-main', '.side']

/** From the bar to the palette, the canvas, the side, and round again. */
function nextArea(): void {
  const areas = AREAS.flatMap((name) => window.document.querySelector<HTMLElement>(name) ?? [])
  const at = areas.findIndex((area) => area.contains(window.document.activeElement))
  const next = areas[(at + 1) % areas.length]
  next?.querySelector<HTMLElement>('.react-flow__node, button:not([disabled]), input, a[href]')?.focus()
}

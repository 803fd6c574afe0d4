// The keyboard. Keys act on the canvas unless the person is typing somewhere.
import { fitView, zoom } from '../canvas/view'
import { NOTHING_SELECTED, selectNodes } from '../model/selection'
import { arrangeAll, copySelected, deleteSelected, duplicateSelected, nudge, pasteText, selectAll } from './doing'
import { useFlow } from './flow'
import { usePrompt } from './prompt'
import { saveNow } from './saving'
import { useUi } from './ui'

const ARROWS: { readonly [key: string]: readonly [number, number] } = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

function onCanvas(target: EventTarget | null): boolean {
  return !(target instanceof Element) || target === window.document.body || target.closest('.canvas') !== null
}

export function startKeys(): () => void {
  const pressed = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || window.document.querySelector('dialog[open]')) return
    const taken = event.ctrlKey || event.metaKey ? withControl(event) : !typing(event.target) && !event.altKey && plain(event)
    if (!taken) return
    event.preventDefault()
    // The canvas has ideas of its own about arrow keys and Enter.
    event.stopPropagation()
  }
  const copied = (event: ClipboardEvent, cut: boolean) => {
    if (typing(event.target) || String(window.getSelection() ?? '') !== '') return
    const text = copySelected()
    if (!text) return
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
    if (cut) deleteSelected()
  }
  const copy = (event: ClipboardEvent) => copied(event, false)
  const cut = (event: ClipboardEvent) => copied(event, true)
  const paste = (event: ClipboardEvent) => {
    if (!typing(event.target) && pasteText(event.clipboardData?.getData('text/plain') ?? '')) event.preventDefault()
  }
  window.addEventListener('keydown', pressed, true)
  window.addEventListener('copy', copy)
  window.addEventListener('cut', cut)
  window.addEventListener('paste', paste)
  return () => {
    window.removeEventListener('keydown', pressed, true)
    window.removeEventListener('copy', copy)
    window.removeEventListener('cut', cut)
    window.removeEventListener('paste', paste)
  }
}

function withControl(event: KeyboardEvent): boolean {
  const key = event.key.toLowerCase()
  if (key === 's') return done(() => void saveNow())
  if (key === 'enter') return done(() => useUi.getState().set({ dialog: 'deploy' }))
  // A text box undoes its own letters, except where what it shows is the document's.
  if (typing(event.target) && !(key === 'z' || key === 'y')) return false
  if (typing(event.target) && (event.target as HTMLElement).id === 'prompt-box') return false
  const { undo, redo } = useFlow.getState()
  if (key === 'z') return done(event.shiftKey ? redo : undo)
  if (key === 'y') return done(redo)
  if (key === 'a' && onCanvas(event.target)) return done(selectAll)
  if (key === 'd') return done(duplicateSelected)
  return false
}

function plain(event: KeyboardEvent): boolean {
  const arrow = ARROWS[event.key]
  if (arrow) {
    const selected = useFlow.getState().selection.nodes.size > 0 && onCanvas(event.target)
    const far = event.shiftKey ? 40 : 8
    return selected && done(() => nudge(arrow[0] * far, arrow[1] * far))
  }
  switch (event.key) {
    case 'Delete': case 'Backspace':
      return onCanvas(event.target) && done(deleteSelected)
    case 'Escape':
      return onCanvas(event.target) && done(() => useFlow.getState().select(NOTHING_SELECTED))
    case 'Enter':
      return openChosen(event)
    case 'f': return done(fitView)
    case 'l': return done(() => void arrangeAll())
    case '+': case '=': return done(() => zoom(1.25))
    case '-': return done(() => zoom(0.8))
    case '?': return done(() => useUi.getState().set({ dialog: 'keys' }))
    case '/': return done(searchPalette)
    case 'p': return done(() => { useUi.getState().set({ tab: 'conversation', panel: true }); setTimeout(() => usePrompt.setState({ focus: Date.now() }), 0) })
    default: return false
  }
}

/** Enter on a node opens its form and goes there. */
function openChosen(event: KeyboardEvent): boolean {
  const id = event.target instanceof Element ? event.target.closest('.react-flow__node')?.getAttribute('data-id') : null
  if (!id) return false
  useFlow.getState().select(selectNodes([id]))
  useUi.getState().set({ tab: 'node', panel: true, sheet: 'full' })
  setTimeout(() => window.document.querySelector<HTMLElement>('[data-testid="node-form"] input, [data-testid="node-form"] select')?.focus(), 30)
  return true
}

function searchPalette(): void {
  useUi.getState().set({ palette: true })
  setTimeout(() => window.document.querySelector<HTMLElement>('[data-testid="palette-search"]')?.focus(), 0)
}

function done(deed: () => void): true {
  deed()
  return true
}

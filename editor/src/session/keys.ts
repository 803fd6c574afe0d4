// The keyboard. What a key does stands in session/actions.ts; here is when it may.
import { chordOf } from '../model/chords'
import { actionFor, carryOut, mayDo, type Where } from './actions'
import { copySelected, deleteSelected, pasteText } from './doing'

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

function onCanvas(target: EventTarget | null): boolean {
  return !(target instanceof Element) || target === window.document.body || target.closest('.canvas') !== null
}

/** A text box undoes its own letters, except where what it shows is the document's. */
function ownUndo(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('[data-own-undo]') !== null
}

const MAY: { readonly [where in Where]: (target: EventTarget | null) => boolean } = {
  always: () => true,
  document: (target) => !ownUndo(target),
  away: (target) => !typing(target),
  canvas: (target) => !typing(target) && onCanvas(target),
}

export function startKeys(): () => void {
  const pressed = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || window.document.querySelector('dialog[open]')) return
    const action = actionFor(event)
    if (!action || !mayDo(action) || !MAY[action.where](event.target) || onButton(event) || !carryOut(action, chordOf(event))) return
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

/** Enter on a button presses it. */
function onButton(event: KeyboardEvent): boolean {
  return chordOf(event) === 'Enter' && event.target instanceof Element && event.target.closest('button, a[href], summary') !== null
}

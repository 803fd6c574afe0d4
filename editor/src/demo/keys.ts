// The keys of the presenter. A clicker for slides sends Page Up and Page Down.
import { useUi } from '../session/ui'
import { build, faster, flip, fullScreen, goOn, makeReport, oneStep, pause, reset, stopTyping, switchLanguage, typeItself } from './acts'
import { useDemo } from './state'

const KEYS: { readonly [key: string]: () => void } = {
  ' ': pause,
  '.': oneStep,
  '+': () => faster(true),
  ';': () => faster(true),
  '=': () => faster(true),
  '-': () => faster(false),
  r: reset,
  t: () => typeItself(),
  e: () => edit(),
  n: () => useDemo.setState({ notes: !useDemo.getState().notes }),
  g: () => useDemo.setState({ large: !useDemo.getState().large }),
  p: () => void makeReport(),
  s: () => useDemo.setState({ panel: 'share' }),
  w: () => useDemo.setState({ panel: 'words' }),
  l: () => switchLanguage(),
  f: () => fullScreen(),
  '?': () => useDemo.setState({ panel: 'keys' }),
  ArrowRight: () => goOn(1),
  PageDown: () => goOn(1),
  ArrowLeft: () => goOn(-1),
  PageUp: () => goOn(-1),
}

export function edit(): void {
  const { told, playing } = useDemo.getState()
  stopTyping()
  useDemo.setState({ text: playing.typed?.prompt || told?.prompt[useUi.getState().lang] || '' })
}

export function startKeys(): void {
  window.addEventListener('keydown', (event) => {
    const { panel, text, ghost } = useDemo.getState()
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (event.key === 'Escape') return void (text !== null ? (stopTyping(), useDemo.setState({ text: null })) : useDemo.setState({ panel: null }))
    if (ghost && event.key === 'Enter') return void build(useDemo.getState().told?.prompt[useUi.getState().lang] ?? '')
    if (panel || writes(event.target)) return
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    if (/^[1-9]$/.test(key)) flip(key)
    else if (KEYS[key] && !(key === ' ' && presses(event.target))) KEYS[key]!()
    else return
    event.preventDefault()
  })
}

const writes = (target: EventTarget | null) => target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
/** The space bar presses a button that has the focus. */
const presses = (target: EventTarget | null) => target instanceof HTMLElement && target.matches('button, a')

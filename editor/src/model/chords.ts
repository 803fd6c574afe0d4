// Keys as data: how a chord is written, pressed and shown. "Mod" is Ctrl, and the command key on a Mac.

export interface Pressed {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

const NAMES: { readonly [key: string]: string } = {
  ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', Delete: 'Del', ' ': 'Space',
}

/** How this press is written. Shift counts only where it does not already make another sign ("?" is Shift and "/"). */
export function chordOf(event: Pressed): string {
  const { key } = event
  const letter = key.length === 1
  const sign = letter && key.toLowerCase() === key.toUpperCase() && key !== ' '
  const mods = [event.ctrlKey || event.metaKey ? 'Mod' : '', event.altKey ? 'Alt' : '', event.shiftKey && !sign ? 'Shift' : '']
  return [...mods.filter(Boolean), letter ? key.toLowerCase() : key].join('+')
}

export function isMac(platform: string): boolean {
  return /^(mac|iphone|ipad)/i.test(platform)
}

/** As it is printed on the keys. */
export function shownChord(chord: string, mac: boolean): string {
  const parts = chord === '+' ? ['+'] : chord.split('+').map((part) => part || '+')
  const shown = parts.map((part) => {
    if (part === 'Mod') return mac ? '⌘' : 'Ctrl'
    if (part === 'Shift') return mac ? '⇧' : 'Shift'
    if (part === 'Alt') return mac ? '⌥' : 'Alt'
    return NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part)
  })
  return shown.join(mac ? '' : '+')
}

// A text box over a list: the focus stays in the box, arrow keys walk the list, Enter takes.
import { useEffect, useId, useState, type HTMLAttributes, type InputHTMLAttributes } from 'react'

interface ListKeys {
  readonly at: number
  readonly input: InputHTMLAttributes<HTMLInputElement>
  readonly list: HTMLAttributes<HTMLElement>
  option(i: number): HTMLAttributes<HTMLElement>
}

export function useListKeys(count: number, take: (i: number) => void, leave: () => void, query: string): ListKeys {
  const id = useId()
  const [at, setAt] = useState(0)
  useEffect(() => setAt(0), [query])
  const here = Math.min(at, Math.max(0, count - 1))
  useEffect(() => { void window.document.getElementById(`${id}-${here}`)?.scrollIntoView({ block: 'nearest' }) }, [id, here])
  const walk = (to: number) => setAt(count ? (to + count) % count : 0)
  return {
    at: here,
    input: {
      role: 'combobox', 'aria-expanded': true, 'aria-controls': id, 'aria-activedescendant': count ? `${id}-${here}` : undefined, autoComplete: 'off', spellCheck: false,
      onKeyDown: (event) => {
        if (event.nativeEvent.isComposing) return
        const deeds: { readonly [key: string]: () => void } = { ArrowDown: () => walk(here + 1), ArrowUp: () => walk(here - 1), Enter: () => { if (count) take(here) }, Escape: leave }
        const deed = deeds[event.key]
        if (!deed) return
        event.preventDefault()
        event.stopPropagation()
        deed()
      },
    },
    list: { id, role: 'listbox' },
    option: (i) => ({ id: `${id}-${i}`, role: 'option', 'aria-selected': i === here, onPointerMove: () => setAt(i), onClick: () => take(i) }),
  }
}

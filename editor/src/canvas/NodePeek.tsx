import { useEffect, useRef, type PointerEvent } from 'react'
import type { KindInfo } from '../model/catalog'
import { useLive } from '../session/live'
import { Peek, usePeek } from './Peek'

const REST_MS = 700

/** What a node sent last, for a mouse that rests on it: handlers for the card, and what they show. */
export function useNodePeek(id: string, kind: KindInfo | undefined) {
  const output = useLive((live) => kind?.outputs.map((port) => `${id}.${port.name}`).find((name) => live.edges[name]))
  const { place, open, close } = usePeek()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const leave = () => {
    clearTimeout(timer.current)
    close()
  }
  const enter = (event: PointerEvent) => {
    const card = event.currentTarget
    if (output && event.pointerType === 'mouse' && event.buttons === 0) timer.current = setTimeout(() => open(card), REST_MS)
  }
  return { hover: { onPointerEnter: enter, onPointerLeave: leave, onPointerDown: leave }, peek: place && output ? <Of output={output} place={place} /> : null }
}

function Of({ output, place }: { output: string; place: Parameters<typeof Peek>[0]['place'] }) {
  const tap = useLive((live) => live.edges[output])
  const held = useLive((live) => live.held[output])
  return tap ? <Peek place={place} output={output} tap={tap} sample={held ?? tap} held={held !== undefined} /> : null
}

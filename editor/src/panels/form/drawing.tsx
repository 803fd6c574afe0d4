// What drawings in forms share: points of a box under a finger, and corners that are held, moved by keys and taken away.
import type { PointerEvent, ReactNode } from 'react'
import { stepped, type Point } from '../../model/corners'

export interface Size {
  readonly width: number
  readonly height: number
}

/** Where in a drawing of this size the finger is. */
export function pointUnder(event: PointerEvent, drawing: Element, { width, height }: Size): Point {
  const shown = drawing.getBoundingClientRect()
  return { x: ((event.clientX - shown.left) / shown.width) * width, y: ((event.clientY - shown.top) / shown.height) * height }
}

interface CornerProps {
  readonly at: Point
  readonly said: string
  readonly radius?: number
  /** A finger takes it; the drawing says where it goes. */
  readonly hold: () => void
  /** A key moves it, or takes it away. */
  readonly put: (to: Point | 'gone') => void
}

export function Corner({ at, said, radius = 6, hold, put }: CornerProps) {
  return (
    <circle
      className="polygon-corner" cx={at.x} cy={at.y} r={radius} tabIndex={0} role="button" aria-label={said}
      onPointerDown={(event) => { event.stopPropagation(); event.currentTarget.ownerSVGElement?.setPointerCapture(event.pointerId); hold() }}
      onKeyDown={(event) => {
        const next = stepped(event, at)
        if (next === null) return
        event.preventDefault()
        event.stopPropagation()
        put(next)
      }}
    />
  )
}

export function Tool({ said, onClick, children }: { said: string; onClick: () => void; children: ReactNode }) {
  return <button type="button" className="btn btn-small btn-icon" aria-label={said} title={said} onClick={onClick}>{children}</button>
}

// The canvas's camera, for buttons and keys outside it.
import type { FitViewOptions, ReactFlowInstance } from '@xyflow/react'
import type { Position } from '../model/document'

let camera: ReactFlowInstance | null = null

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the camera does not care what nodes carry
export function setView(view: ReactFlowInstance<any, any>): void {
  camera = view as ReactFlowInstance
}

let room: FitViewOptions = { maxZoom: 1 }

/** How a page that shows nothing else around the canvas wants it fitted. */
export function roomAround(wanted: FitViewOptions): void {
  room = wanted
}

/** Room for the banner above and, on wide screens, the overview below. */
function padding(): FitViewOptions['padding'] {
  return window.innerWidth < 760 ? { x: '12px', top: '60px', bottom: '24px' } : { x: '24px', top: '64px', bottom: '148px' }
}

export function fitView(duration = calm()): void {
  void camera?.fitView({ padding: padding() ?? 0.1, ...room, duration })
}

export function showNode(id: string): void {
  void camera?.fitView({ nodes: [{ id }], padding: 0.6, maxZoom: 1, minZoom: 0.5, duration: calm() })
}

/** On a small screen: these, so that they can be read. */
export function showNodesOnSmall(ids: readonly string[]): void {
  if (window.innerWidth < 760 && ids.length) void camera?.fitView({ nodes: ids.map((id) => ({ id })), padding: 0.12, maxZoom: 1, duration: calm() })
}

export function middleOnScreen(): Position {
  const box = window.document.querySelector('.canvas')?.getBoundingClientRect()
  return box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : { x: 0, y: 0 }
}

export function screenToFlow(at: Position): Position {
  return camera?.screenToFlowPosition(at) ?? { x: 0, y: 0 }
}

export function isSeen(at: Position): boolean {
  const box = window.document.querySelector('.canvas')?.getBoundingClientRect()
  const on = camera?.flowToScreenPosition({ ...at })
  return Boolean(box && on && on.x >= box.left && on.x <= box.right && on.y >= box.top && on.y <= box.bottom)
}

/** The middle of what is visible, in the canvas's own measure. */
export function middle(): Position {
  return screenToFlow(middleOnScreen())
}

function calm(): number {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 250
}

export function zoom(by: number): void {
  if (camera) void camera.zoomTo(camera.getZoom() * by, { duration: calm() / 2 })
}

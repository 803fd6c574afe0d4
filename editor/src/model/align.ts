// Lining up what is selected, spreading it evenly, and a layout that leaves alone what a person holds in place.
import { positionOf, type FlowDocument, type Position } from './document'
import type { Size } from './layers'
import { free } from './placing'

export type Alignment = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom'
export type Direction = 'horizontal' | 'vertical'
export const ALIGNMENTS: readonly Alignment[] = ['left', 'centre', 'right', 'top', 'middle', 'bottom']

export interface Box extends Position, Size {
  readonly id: string
}

type Places = { [id: string]: Position }

export function aligned(boxes: readonly Box[], how: Alignment): Places {
  const left = Math.min(...boxes.map((box) => box.x))
  const right = Math.max(...boxes.map((box) => box.x + box.width))
  const top = Math.min(...boxes.map((box) => box.y))
  const bottom = Math.max(...boxes.map((box) => box.y + box.height))
  const placed: { readonly [how in Alignment]: (box: Box) => Position } = {
    left: ({ y }) => ({ x: left, y }),
    centre: ({ y, width }) => ({ x: (left + right - width) / 2, y }),
    right: ({ y, width }) => ({ x: right - width, y }),
    top: ({ x }) => ({ x, y: top }),
    middle: ({ x, height }) => ({ x, y: (top + bottom - height) / 2 }),
    bottom: ({ x, height }) => ({ x, y: bottom - height }),
  }
  return Object.fromEntries(boxes.map((box) => [box.id, placed[how](box)]))
}

/** Equal gaps between neighbours; the first and the last stay. */
export function distributed(boxes: readonly Box[], direction: Direction): Places {
  const [at, size] = direction === 'horizontal' ? (['x', 'width'] as const) : (['y', 'height'] as const)
  const row = [...boxes].sort((a, b) => a[at] - b[at] || (a.id < b.id ? -1 : 1))
  const first = row[0]
  const last = row.at(-1)
  if (!first || !last || row.length < 3) return {}
  const gap = (last[at] + last[size] - first[at] - row.reduce((sum, box) => sum + box[size], 0)) / (row.length - 1)
  const places: Places = {}
  let next = first[at]
  for (const box of row) {
    places[box.id] = { x: box.x, y: box.y, [at]: next }
    next += box[size] + gap
  }
  places[last.id] = { x: last.x, y: last.y }
  return places
}

export function isPinned(document: FlowDocument, id: string): boolean {
  return document.layout?.pinned?.includes(id) ?? false
}

/** A computed layout of `ids`, moved to where these nodes were; pinned nodes stay, and nothing lands on a node that stays. */
export function settledAround(document: FlowDocument, computed: { readonly [id: string]: Position }, ids: readonly string[], sizeOf: (id: string) => Size): Places {
  const movable = ids.filter((id) => computed[id] && !isPinned(document, id))
  const chosen = new Set(movable)
  const staying = document.nodes.flatMap(({ id }) => {
    const at = chosen.has(id) ? undefined : positionOf(document, id)
    return at ? [{ ...at, ...sizeOf(id) }] : []
  })
  if (staying.length === 0) return Object.fromEntries(movable.map((id) => [id, computed[id]!]))
  const anchors = ids.filter((id) => computed[id] && positionOf(document, id) && isPinned(document, id))
  const shift = meanShift(document, computed, anchors.length ? anchors : ids)
  const taken = [...staying]
  const places: Places = {}
  for (const id of movable) {
    const wish = { x: computed[id]!.x + shift.x, y: computed[id]!.y + shift.y }
    places[id] = free(wish, sizeOf(id), taken)
    taken.push({ ...places[id], ...sizeOf(id) })
  }
  return places
}

function meanShift(document: FlowDocument, computed: { readonly [id: string]: Position }, anchors: readonly string[]): Position {
  const pairs = anchors.flatMap((id) => {
    const was = positionOf(document, id)
    const is = computed[id]
    return was && is ? [{ x: was.x - is.x, y: was.y - is.y }] : []
  })
  const mean = (values: readonly number[]) => (values.length ? Math.round(values.reduce((a, b) => a + b, 0) / values.length) : 0)
  return { x: mean(pairs.map((p) => p.x)), y: mean(pairs.map((p) => p.y)) }
}

// The picture under a drawing: what a camera of the flow sent last, or a file of this computer.
import { useEffect, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { camerasAmong, deviceLabel } from '../../model/registry'
import { pictureIn } from '../../model/shown'
import { useLive } from '../../session/live'
import { useForm } from './context'

export interface Still {
  readonly src: string
  readonly width: number
  readonly height: number
}

/** Keys of stills that are no camera's: the last event's own picture, and the file that was chosen. */
const KEPT = 'kept'
export const UPLOADED = 'uploaded'
const AGAIN_MS = 10_000

/** The file that was chosen last, for the next drawing of this visit. It never leaves the browser. */
let uploaded: Still | null = null

interface Stills {
  readonly still: Still | null
  readonly key: string
  readonly choices: readonly { readonly key: string; readonly label: string }[]
  choose(key: string): void
  /** Ask for what the camera sees now; null where nothing can be newer. */
  readonly renew: (() => void) | null
  upload(file: File): Promise<void>
}

export function useStills(): Stills {
  const { registry, types, last, lang } = useForm()
  const cameras = camerasAmong(registry, types)
  const seen = useLive(useShallow((live) => cameras.map(({ device }) => live.values[device] !== undefined)))
  const kept = Object.values(last?.data ?? {}).map(pictureIn).find((found) => found !== null)
  const sources = new Map<string, { readonly src: string; readonly label: string }>()
  cameras.forEach(({ device, field }, i) => {
    if (seen[i]) sources.set(`${device}/${field}`, { src: `/pictures/${encodeURIComponent(device)}/${encodeURIComponent(field)}`, label: deviceLabel(registry, device, lang) })
  })
  if (sources.size === 0 && kept) sources.set(KEPT, { src: `/pictures/${kept.sha256}?large=1`, label: '' })
  if (uploaded) sources.set(UPLOADED, { src: uploaded.src, label: '' })
  const [chosen, choose] = useState(uploaded ? UPLOADED : '')
  const key = sources.has(chosen) ? chosen : ([...sources.keys()][0] ?? '')
  const [turn, setTurn] = useState(0)
  const still = useSized(key, sources.get(key)?.src ?? '', turn, () => setTurn((n) => n + 1))
  return {
    still, key, choices: [...sources].map(([key, { label }]) => ({ key, label })), choose,
    renew: still && key !== UPLOADED ? () => setTurn(turn + 1) : null,
    upload: async (file) => {
      uploaded = await opened(file)
      choose(UPLOADED)
      setTurn((n) => n + 1)
    },
  }
}

/** The picture once the browser has it: the one that is drawn on stays until another source is chosen, or a newer one asked for. */
function useSized(key: string, src: string, turn: number, again: () => void): Still | null {
  const [still, show] = useState<(Still & { readonly key: string }) | null>(null)
  useEffect(() => {
    if (!src) return
    let here = true
    let timer: number | undefined
    const from = key === UPLOADED || turn === 0 ? src : `${src}${src.includes('?') ? '&' : '?'}turn=${turn}`
    sized(from).then((size) => { if (here) show({ key, src: from, ...size }) }, () => { if (here) timer = window.setTimeout(again, AGAIN_MS) })
    return () => {
      here = false
      window.clearTimeout(timer)
    }
  }, [key, turn, src !== ''])
  return still?.key === key ? still : null
}

async function sized(src: string): Promise<{ width: number; height: number }> {
  const image = new Image()
  image.src = src
  await image.decode()
  return { width: image.naturalWidth, height: image.naturalHeight }
}

/** Rejects what the browser cannot show. */
async function opened(file: File): Promise<Still> {
  const src = URL.createObjectURL(file)
  try {
    return { src, ...(await sized(src)) }
  } catch (problem) {
    URL.revokeObjectURL(src)
    throw problem
  }
}

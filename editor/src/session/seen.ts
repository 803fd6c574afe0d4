// The last event that came to a node, for forms and previews, and a clock for the ages beside it.
import { useEffect, useMemo, useRef, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { FlowDocument } from '../model/document'
import { typesReaching } from '../model/registry'
import { lastAt, type Sample } from '../model/samples'
import { useKnown } from './known'
import { useLive } from './live'

export function useLastAt(document: FlowDocument, id: string): Sample | null {
  const { catalog, registry } = useKnown()
  const seen = useLive(useShallow(({ edges, held, values }) => ({ taps: edges, held, values })))
  const devices = useMemo(() => {
    const types = typesReaching(document, catalog, registry, id)
    return registry.devices.filter((device) => types.includes(device.type)).map((device) => device.id)
  }, [document, catalog, registry, id])
  return useMemo(() => lastAt(document, catalog, id, seen, devices), [document, catalog, id, seen, devices])
}

const TICK_MS = 1000

export function useNow(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return now
}

const PAUSE_MS = 300

/** What the server answers to a question that changes while somebody types; asked anew a moment after the last key. */
export function useAnswer<T>(question: string | null, ask: (signal: AbortSignal) => Promise<T>): T | null {
  const [answer, setAnswer] = useState<T | null>(null)
  useEffect(() => {
    if (question === null) return setAnswer(null)
    const stop = new AbortController()
    const timer = setTimeout(() => void ask(stop.signal).then(setAnswer).catch(() => undefined), PAUSE_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [question])
  return answer
}

/** The same value, but changing at most once a second; the first one comes at once. */
export function useSlowly<T>(value: T | null): T | null {
  const [shown, setShown] = useState(value)
  const latest = useRef(value)
  latest.current = value
  useEffect(() => {
    const timer = setInterval(() => setShown(latest.current), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return value === null ? null : (shown ?? value)
}

// Who else has this flow open, as the socket tells.
import { create } from 'zustand'
import type { Frame } from '../wire/live'

export interface Person {
  readonly name: string
  /** The same person in another tab. */
  readonly self: boolean
}

interface Here {
  /** This page and its person, as the server names them. */
  readonly page: string
  readonly person: number | null
  readonly pages: { readonly [page: string]: { readonly name: string; readonly person: number } }
}

export const useHere = create<Here>()(() => ({ page: '', person: null, pages: {} }))

/** A new connection: everybody says again that they are here. */
export function arrive(frame: Frame): void {
  useHere.setState({ page: String(frame.page ?? ''), pages: {} })
}

export function cameOrLeft(frame: Frame): void {
  const { page: own, pages } = useHere.getState()
  const page = String(frame.page)
  if (frame.t === 'left') {
    const { [page]: _, ...others } = pages
    useHere.setState({ pages: others })
  } else if (page === own) useHere.setState({ person: Number(frame.person) })
  else useHere.setState({ pages: { ...pages, [page]: { name: String(frame.name), person: Number(frame.person) } } })
}

/** Each person once, this one's other tabs last. */
export function peopleOf({ person, pages }: Here): Person[] {
  const names = new Map(Object.values(pages).map((one) => [one.person, one.name]))
  return [...names].map(([id, name]) => ({ name, self: id === person })).sort((a, b) => Number(a.self) - Number(b.self) || a.name.localeCompare(b.name))
}

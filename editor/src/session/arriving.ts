// The fields that arrive at each node, as the server finds them along the wires of the draft.
import { create } from 'zustand'
import type { Catalog } from '../model/catalog'
import type { FlowDocument } from '../model/document'
import { fieldsReaching, type Registry, type TypeField } from '../model/registry'
import { api } from '../wire/api'
import { plainWord } from '../words'
import { afterChange, documentNow } from './flow'

const PAUSE_MS = 300

export const useArriving = create<{ shapes: { readonly [node: string]: readonly TypeField[] }; functions: readonly string[] }>()(() => ({ shapes: {}, functions: [] }))

export function startArriving(): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const ask = () => {
    const document = documentNow()
    void api.shapes(document).then(({ shapes, functions = [] }) => { if (documentNow() === document) useArriving.setState({ shapes, functions }) }).catch(() => undefined)
  }
  afterChange.add(() => {
    clearTimeout(timer)
    timer = setTimeout(ask, PAUSE_MS)
  })
  ask()
}

/** What the server found, with the labels of the registry; before it has answered, and where anything may come, all that is registered. */
export function fieldsAt(shapes: { readonly [node: string]: readonly TypeField[] }, document: FlowDocument, catalog: Catalog, registry: Registry, id: string): TypeField[] {
  const guessed = fieldsReaching(document, catalog, registry, id)
  const found = shapes[id]
  if (!found?.length) return guessed
  return found.map((field) => {
    const known = guessed.find((other) => other.name === field.name)
    const label = known?.label ?? { ja: plainWord(field.name, 'ja') ?? field.name, en: plainWord(field.name, 'en') ?? field.name }
    return { ...known, ...field, label }
  })
}

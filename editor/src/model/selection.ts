// What is selected: nodes and notes by id, wires by wire id.
export interface Selection {
  readonly nodes: ReadonlySet<string>
  readonly wires: ReadonlySet<string>
  readonly notes: ReadonlySet<string>
}

export const NOTHING_SELECTED: Selection = { nodes: new Set(), wires: new Set(), notes: new Set() }

export function selectNodes(ids: Iterable<string>, notes: Iterable<string> = []): Selection {
  return { nodes: new Set(ids), wires: new Set(), notes: new Set(notes) }
}

export function sameSelection(a: Selection, b: Selection): boolean {
  const same = (x: ReadonlySet<string>, y: ReadonlySet<string>) => x.size === y.size && [...x].every((id) => y.has(id))
  return same(a.nodes, b.nodes) && same(a.wires, b.wires) && same(a.notes, b.notes)
}

/** Forget what is no longer there. */
export function stillThere(selection: Selection, there: Selection): Selection {
  const left = (what: keyof Selection) => new Set([...selection[what]].filter((id) => there[what].has(id)))
  const next: Selection = { nodes: left('nodes'), wires: left('wires'), notes: left('notes') }
  return sameSelection(selection, next) ? selection : next
}

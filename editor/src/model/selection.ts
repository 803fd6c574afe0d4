// What is selected: nodes by id and wires by wire id.
export interface Selection {
  readonly nodes: ReadonlySet<string>
  readonly wires: ReadonlySet<string>
}

export const NOTHING_SELECTED: Selection = { nodes: new Set(), wires: new Set() }

export function selectNodes(ids: Iterable<string>): Selection {
  return { nodes: new Set(ids), wires: new Set() }
}

export function sameSelection(a: Selection, b: Selection): boolean {
  const same = (x: ReadonlySet<string>, y: ReadonlySet<string>) => x.size === y.size && [...x].every((id) => y.has(id))
  return same(a.nodes, b.nodes) && same(a.wires, b.wires)
}

/** Forget what is no longer there. */
export function stillThere(selection: Selection, nodes: ReadonlySet<string>, wires: ReadonlySet<string>): Selection {
  const next = { nodes: new Set([...selection.nodes].filter((id) => nodes.has(id))), wires: new Set([...selection.wires].filter((id) => wires.has(id))) }
  return sameSelection(selection, next) ? selection : next
}

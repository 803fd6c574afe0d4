// Two people changed the same flow: what differs, who changed what since they last agreed, and one document out of both.
import { sameContent, type FlowDocument, type Json, type Position } from './document'
import { differences, merged, type Difference } from './proposal'

export type Side = 'mine' | 'theirs' | 'both'

export interface Contested {
  /** What mine has instead of theirs. */
  readonly difference: Difference
  readonly by: Side
}

/** What differs between mine and theirs. `base` is what both began with. */
export function contested(base: FlowDocument, mine: FlowDocument, theirs: FlowDocument): Contested[] {
  const my = new Map(differences(base, mine).map((difference) => [difference.key, difference]))
  const their = new Set(differences(base, theirs).map((difference) => difference.key))
  return differences(theirs, mine).map((difference) => {
    const { key } = difference
    return { difference, by: my.has(key) ? (their.has(key) ? 'both' : 'mine') : 'theirs' }
  })
}

/** Each side keeps what it alone changed; where both did, mine stays until the person chooses. */
export function firstChoice(found: readonly Contested[]): ReadonlySet<string> {
  return new Set(found.filter(({ by }) => by !== 'theirs').map(({ difference }) => difference.key))
}

/** Theirs with the chosen ones of mine. Places, notes and tests follow whoever changed them. */
export function reconciled(base: FlowDocument, mine: FlowDocument, theirs: FlowDocument, chosen: ReadonlySet<string>): FlowDocument {
  const joined = merged(theirs, mine, chosen)
  const { layout: _l, notes: _n, tests: _t, ...rest } = joined
  const tests = sameContent(base.tests, mine.tests) ? theirs.tests : mine.tests
  const notes = notesOfBoth(base.notes, mine.notes, theirs.notes)
  const there = new Set(joined.nodes.map((node) => node.id))
  const places = placesOfBoth(base, mine, theirs)
  const nodes = Object.fromEntries(Object.entries(places).filter(([id]) => there.has(id)))
  return {
    ...rest, layout: { ...theirs.layout, ...mine.layout, nodes },
    ...(tests === undefined ? {} : { tests }), ...(notes === undefined ? {} : { notes }),
  }
}

/** What an author made of `base`, for a draft that its person went on changing: what the person alone changed stays. `both`:
 * keys of what both changed; there `whole` has what the author wrote, for the person to choose. */
export function rebased(base: FlowDocument, draft: FlowDocument, written: FlowDocument): { whole: FlowDocument; both: ReadonlySet<string> } {
  if (sameContent(base, draft)) return { whole: written, both: new Set() }
  const found = contested(base, draft, written)
  const by = (side: Side) => new Set(found.filter((one) => one.by === side).map(({ difference }) => difference.key))
  return { whole: reconciled(base, draft, written, by('mine')), both: by('both') }
}

function placesOfBoth(base: FlowDocument, mine: FlowDocument, theirs: FlowDocument): { [id: string]: Position } {
  const moved = Object.entries(mine.layout?.nodes ?? {}).filter(([id, at]) => !sameContent(base.layout?.nodes?.[id], at))
  return { ...mine.layout?.nodes, ...theirs.layout?.nodes, ...Object.fromEntries(moved) }
}

function notesOfBoth(base: Json | undefined, mine: Json | undefined, theirs: Json | undefined): Json | undefined {
  if (sameContent(base, mine)) return theirs
  if (sameContent(base, theirs)) return mine
  const [was, my, their] = [byId(base), byId(mine), byId(theirs)]
  if (!was || !my || !their) return mine
  const ids = [...new Set([...their.keys(), ...my.keys()])]
  return ids.flatMap((id) => {
    const note = sameContent(was.get(id), my.get(id)) ? their.get(id) : my.get(id)
    return note === undefined ? [] : [note]
  })
}

function byId(notes: Json | undefined): Map<string, Json> | null {
  if (notes !== undefined && !Array.isArray(notes)) return null
  return new Map((notes ?? []).map((note, i) => [String((note as { id?: Json } | null)?.id ?? `#${i}`), note]))
}

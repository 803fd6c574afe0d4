// Random documents and edits for the property tests. Not part of the product.
import fc from 'fast-check'
import { catalogOf, type Catalog, type KindInfo } from './catalog'
import type { FlowDocument, FlowNode, From } from './document'

const words = { ja: { label: 'x', summary: 'x' }, en: { label: 'x', summary: 'x' } }
const port = (name: string) => ({ name, label: { en: name } })
const kind = (id: string, inputs: string[], outputs: string[]): KindInfo => ({
  id, group: 'g', icon: '', version: 1, inputs: inputs.map(port), outputs: outputs.map(port), words, schema: {},
})

export const CATALOG: Catalog = catalogOf([
  kind('spring', [], ['out']),
  kind('gate', ['in'], ['up', 'down']),
  kind('meet', ['in', 'reset'], ['out']),
  kind('end', ['in'], []),
])

const anyValue = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant('$limit'))

/** A document whose wires may name outputs by their short or long spelling, and lists or objects. */
export const anyDocument: fc.Arbitrary<FlowDocument> = fc
  .array(fc.record({ kind: fc.constantFrom('spring', 'gate', 'meet', 'end'), params: fc.dictionary(fc.constantFrom('a', 'b'), anyValue) }), { maxLength: 7 })
  .chain((rows) => {
    const ids = rows.map((_, i) => `n${i}`)
    const refs = ids.flatMap((id, i) => [id, ...CATALOG.byId.get(rows[i]!.kind)!.outputs.map((p) => `${id}.${p.name}`)])
    const list = refs.length ? fc.uniqueArray(fc.constantFrom(...refs), { maxLength: 3 }) : fc.constant([])
    const from = (row: { kind: string }): fc.Arbitrary<From | undefined> => {
      if (row.kind === 'spring') return fc.constant(undefined)
      const byPort = row.kind === 'meet' ? fc.record({ in: list, reset: list }, { requiredKeys: [] }) : fc.record({ in: list })
      return fc.oneof(list, byPort, fc.constant(undefined)) as fc.Arbitrary<From | undefined>
    }
    return fc.tuple(...rows.map(from)).map((froms) => ({
      suiro: 1,
      name: 'random',
      settings: { limit: { value: 3, assumed: true } },
      nodes: rows.map((row, i): FlowNode => ({ id: ids[i]!, kind: row.kind, params: row.params, ...(froms[i] === undefined ? {} : { from: froms[i] }) })),
      layout: { nodes: Object.fromEntries(ids.map((id, i) => [id, { x: i * 10, y: 0 }])) },
    }))
  })

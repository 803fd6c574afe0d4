// Reading a kind's JSON Schema: references, nullable branches and the "$name" alternative out of the way.
import type { Marks, Schema } from './catalog'

const SETTING_START = '^\\$'

export interface Inner {
  /** The schema of the value itself. */
  readonly plain: Schema
  /** More than one way to write it (without the "$name" one). */
  readonly branches: readonly Schema[]
  readonly marks: Marks
}

export function resolved(schema: Schema, root: Schema): Schema {
  if (!schema.$ref) return schema
  const name = schema.$ref.split('/').at(-1) ?? ''
  const { $ref: _, ...own } = schema
  return { ...resolved(root.$defs?.[name] ?? {}, root), ...own }
}

export function inner(schema: Schema, root: Schema): Inner {
  let plain = resolved(schema, root)
  let marks: Marks = { ...plain['x-suiro'] }
  for (let depth = 0; depth < 4; depth += 1) {
    const branches = (plain.anyOf ?? plain.oneOf ?? []).map((branch) => resolved(branch, root)).filter(isValue)
    if (branches.length === 0) {
      if (plain.allOf?.length !== 1) return { plain, branches: [plain], marks }
      plain = { ...plain, allOf: undefined, ...resolved(plain.allOf[0]!, root) } as Schema
    } else if (branches.length > 1) return { plain, branches, marks }
    else plain = branches[0]!
    marks = { ...plain['x-suiro'], ...marks }
  }
  return { plain, branches: [plain], marks }
}

function isValue(branch: Schema): boolean {
  return branch.type !== 'null' && !branch.pattern?.startsWith(SETTING_START)
}

export function propertiesOf(schema: Schema): { readonly [name: string]: Schema } {
  return schema.properties ?? {}
}

// Types of the kinds' params and the icons that they name, from src/generated/catalog.json (what `python -m runtime
// catalog` prints).
import * as lucide from 'lucide-react'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'src', 'generated')
const { kinds } = JSON.parse(readFileSync(join(folder, 'catalog.json'), 'utf8'))

function typeOf(schema, root) {
  if (!schema || typeof schema !== 'object') return 'unknown'
  if (schema.$ref) return typeOf(root.$defs?.[schema.$ref.split('/').at(-1)], root)
  const branches = schema.anyOf ?? schema.oneOf
  if (branches) return [...new Set(branches.map((branch) => typeOf(branch, root)))].join(' | ')
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if ('const' in schema) return JSON.stringify(schema.const)
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type }, root)).join(' | ')
  switch (schema.type) {
    case 'string': return schema.pattern?.startsWith('^\\$') ? '`$${string}`' : 'string'
    case 'number': case 'integer': return 'number'
    case 'boolean': return 'boolean'
    case 'null': return 'null'
    case 'array':
      if (schema.prefixItems) return `readonly [${schema.prefixItems.map((item) => typeOf(item, root)).join(', ')}]`
      return `readonly (${typeof schema.items === 'object' ? typeOf(schema.items, root) : 'unknown'})[]`
    case 'object': {
      const properties = Object.entries(schema.properties ?? {})
      if (properties.length === 0) return '{ readonly [name: string]: unknown }'
      const fields = properties.map(([name, part]) => `readonly ${JSON.stringify(name)}${schema.required?.includes(name) ? '' : '?'}: ${typeOf(part, root)}`)
      return `{ ${fields.join('; ')} }`
    }
    default: return 'unknown'
  }
}

const lines = [
  '// Written by `npm run generate` from catalog.json. Do not change by hand.',
  '',
  `export type KindId =${kinds.map((kind) => `\n  | ${JSON.stringify(kind.id)}`).join('')}`,
  '',
  'export interface ParamsOf {',
  ...kinds.map((kind) => `  readonly ${JSON.stringify(kind.id)}: ${typeOf({ type: 'object', ...kind.schema }, kind.schema)}`),
  '}',
  '',
]
writeFileSync(join(folder, 'kinds.ts'), lines.join('\n'))

const iconOf = (name) => name.split('-').map((part) => part[0].toUpperCase() + part.slice(1)).join('')
const icons = [...new Set(kinds.map((kind) => kind.icon))].sort()
const unknown = icons.filter((name) => !(iconOf(name) in lucide))
if (unknown.length) throw new Error(`lucide has no icon named ${unknown.join(', ')}`)
writeFileSync(join(folder, 'icons.ts'), [
  '// Written by `npm run generate` from catalog.json. Do not change by hand.',
  `import { ${icons.map(iconOf).join(', ')}, type LucideIcon } from 'lucide-react'`,
  '',
  'export const ICONS: { readonly [name: string]: LucideIcon } = {',
  ...icons.map((name) => `  ${JSON.stringify(name)}: ${iconOf(name)},`),
  '}',
  '',
].join('\n'))

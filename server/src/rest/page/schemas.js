import { h, prose } from './dom.js'

/** A schema in few words; what has a name is a link to where it is told. */
export function typeOf(schema = {}) {
  const { $ref, type, format, items, additionalProperties, anyOf } = schema
  if ($ref) return named($ref)
  if (anyOf) return joined(anyOf.map(typeOf), ' or ')
  if (schema.const !== undefined) return [code(schema.const)]
  if (schema.enum)
    return [
      'one of ',
      ...joined(
        schema.enum.map((value) => [code(value)]),
        ', ',
      ),
    ]
  if (Array.isArray(type))
    return joined(
      type.map((one) => typeOf({ ...schema, type: one })),
      ' or ',
    )
  if (type === 'array') return ['list, each ', ...typeOf(items)]
  if (type === 'object' && typeof additionalProperties === 'object')
    return ['object, each ', ...typeOf(additionalProperties)]
  return [
    type === 'null' ? 'null' : format ? (FORMATS[format] ?? `${type} (${format})`) : (type ?? 'anything'),
  ]
}

const code = (value) => h('code', {}, String(value))

const FORMATS = { 'date-time': 'date and time (ISO, UTC)', uuid: 'id (UUID)' }

const named = ($ref) => {
  const name = $ref.split('/').at(-1)
  return [h('a', { href: `#schema-${name}` }, name)]
}

const joined = (parts, between) => parts.flatMap((part, index) => (index === 0 ? part : [between, ...part]))

/** The fields of an object, a row each. */
export function fieldsOf(schema, label) {
  const needed = new Set(schema.required ?? [])
  return h(
    'table',
    {},
    h('caption', { class: 'unseen' }, label),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        ...['Field', 'Type', ''].map((name) => h(name ? 'th' : 'td', name ? { scope: 'col' } : {}, name)),
      ),
    ),
    h(
      'tbody',
      {},
      Object.entries(schema.properties ?? {}).map(([name, inner]) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, h('code', {}, name)),
          h('td', {}, ...typeOf(inner), inner.description ? [h('br'), ...prose(inner.description)] : []),
          h('td', { class: 'need' }, needed.has(name) ? '' : 'optional'),
        ),
      ),
    ),
  )
}

export const schemaSection = (name, schema) =>
  h(
    'section',
    { id: `schema-${name}`, class: 'schema', tabindex: '-1' },
    h('h3', {}, name),
    fieldsOf(schema, `Fields of ${name}`),
  )

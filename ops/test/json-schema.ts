type Schema = {
  [Keyword in (typeof KEYWORDS)[number]]?: unknown
} & { $ref?: string; oneOf?: Schema[]; required?: string[]; properties?: Record<string, Schema> }

const KEYWORDS = [
  '$ref',
  '$schema',
  '$id',
  '$defs',
  'definitions',
  'title',
  'description',
  'default',
  'format',
  'type',
  'properties',
  'patternProperties',
  'additionalProperties',
  'required',
  'items',
  'minItems',
  'minimum',
  'maximum',
  'oneOf',
] as const

/** Where a value breaks a JSON schema of draft 07: as much of it as the published ones use, and an error for the rest. */
export function breaches(schema: Schema, value: unknown, root = schema, at = ''): string[] {
  const foreign = Object.keys(schema).filter((keyword) => !KEYWORDS.includes(keyword as never))
  if (foreign.length > 0) throw new Error(`${at}: keywords that this does not know: ${foreign.join(', ')}`)
  if (schema.$ref) return breaches(found(root, schema.$ref), value, root, at)
  if (schema.oneOf) {
    const fitting = schema.oneOf.filter((one) => breaches(one, value, root, at).length === 0)
    if (fitting.length !== 1) return [`${at}: fits ${fitting.length} of ${schema.oneOf.length}`]
  }
  if (!hasType(schema, value)) return [`${at}: is not ${String(schema.type)}`]
  if (Array.isArray(value)) return ofList(schema, value, root, at)
  if (typeof value === 'object' && value !== null) return ofObject(schema, value, root, at)
  return typeof value === 'number' ? ofNumber(schema, value, at) : []
}

function found(root: Schema, pointer: string): Schema {
  const steps = pointer.replace(/^#\//, '').split('/')
  const schema = steps.reduce<unknown>(
    (part, step) => (part as Record<string, unknown> | undefined)?.[step],
    root,
  )
  if (!schema) throw new Error(`${pointer} is not there`)
  return schema
}

const TYPES: Record<string, (value: unknown) => boolean> = {
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  number: (value) => typeof value === 'number',
  null: (value) => value === null,
}

const hasType = ({ type }: Schema, value: unknown): boolean =>
  type === undefined || [type].flat().some((name) => TYPES[String(name)]?.(value) ?? false)

const ofList = ({ items, minItems }: Schema, value: unknown[], root: Schema, at: string): string[] => [
  ...(value.length < Number(minItems ?? 0) ? [`${at}: is too short`] : []),
  ...value.flatMap((one, index) => (items ? breaches(items, one, root, `${at}/${index}`) : [])),
]

function ofObject(schema: Schema, value: object, root: Schema, at: string): string[] {
  const { properties = {}, required = [], additionalProperties: others } = schema
  const patterns = Object.entries((schema.patternProperties ?? {}) as Record<string, Schema>)
  const missing = required.filter((name) => !(name in value)).map((name) => `${at}: lacks ${name}`)
  const broken = Object.entries(value).flatMap(([name, one]) => {
    const known = properties[name] ?? patterns.find(([pattern]) => new RegExp(pattern).test(name))?.[1]
    if (known) return breaches(known, one, root, `${at}/${name}`)
    if (others === false) return [`${at}/${name}: is not known`]
    return typeof others === 'object' ? breaches(others as Schema, one, root, `${at}/${name}`) : []
  })
  return [...missing, ...broken]
}

const ofNumber = ({ minimum, maximum }: Schema, value: number, at: string): string[] =>
  value < Number(minimum ?? -Infinity) || value > Number(maximum ?? Infinity)
    ? [`${at}: is out of range`]
    : []

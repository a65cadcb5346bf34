import fc from 'fast-check'
import { anything, asJson, damage, damaged, escaped, KNOWN, oddNames, often, pick } from './values.ts'

/** What the API’s document says that can be asked. */
export type Operation = { method: string; path: string; procedure: string; takes: Field[]; example: Values }
type Field = { name: string; schema: Schema }
type Values = Record<string, unknown>
type Schema = { type?: string; format?: string; $ref?: string; properties?: Record<string, Schema> }
type Described = {
  operationId: string
  parameters?: { name: string; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema; example?: Values }> }
}
export type Document = {
  paths: Record<string, Record<string, Described>>
  components: { schemas: Record<string, Schema> }
}

export function operationsOf({ paths, components }: Document): Operation[] {
  const resolved = (schema: Schema | undefined): Schema =>
    schema?.$ref ? resolved(components.schemas[schema.$ref.split('/').at(-1) ?? '']) : (schema ?? {})
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters = [], requestBody }]) => {
      const body = Object.values(requestBody?.content ?? {})[0]
      const properties = Object.entries(resolved(body?.schema).properties ?? {})
      return {
        method: method.toUpperCase(),
        path,
        procedure: operationId.replace(/\.alias\d+$/, ''),
        takes: [...properties.map(([name, schema]) => ({ name, schema })), ...parameters],
        example: body?.example ?? {},
      }
    }),
  )
}

const password = pick(
  KNOWN.password,
  'violet-harbour-mango-42',
  'copper-meadow-violin-58',
  'short',
  'password1234',
)
const SOUND: Record<string, fc.Arbitrary<unknown>> = {
  email: fc.oneof(
    fc.constant(KNOWN.email),
    fc.emailAddress(),
    fc.uuid().map((id) => `${id}@example.com`),
  ),
  password,
  currentPassword: password,
  displayName: fc.oneof(
    pick('Ada', 'Zoë O’Hara', '李小龍', ' '),
    fc.string({ unit: 'grapheme', maxLength: 90 }),
  ),
  name: fc.string({ unit: 'grapheme', maxLength: 90 }),
  token: fc.base64String({ minLength: 43, maxLength: 44 }),
  id: fc.uuid(),
  before: fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 19n }).map(String), pick('1', '0', '999999999999999999')),
  limit: fc.oneof(fc.integer({ min: -2, max: 120 }), pick(1, 100)),
}
const sound = ({ name, schema }: Field): fc.Arbitrary<unknown> =>
  SOUND[name] ?? (schema.format === 'uuid' ? fc.uuid() : fc.string())

type Pair = [name: string, text: string]
export const written = (pairs: Pair[]): string =>
  `{${pairs.map(([name, text]) => `"${name}":${text}`).join(',')}}`

/** What the operation takes: whole, or with one field bent, missing, doubled or too many. */
export function inputOf({ takes, example }: Operation): fc.Arbitrary<string> {
  const goodPairs: fc.Arbitrary<Pair[]> = fc.tuple(
    ...takes.map((field) =>
      asJson(
        field.name in example ? fc.oneof(sound(field), fc.constant(example[field.name])) : sound(field),
      ).map((text): Pair => [field.name, text]),
    ),
  )
  const optional = goodPairs.map((pairs) => pairs.filter(([name]) => name !== 'name'))
  const bent = fc.tuple(goodPairs, fc.nat(), anything).map(([pairs, at, text]) => {
    const bendAt = at % Math.max(1, pairs.length)
    return pairs.map(([name, good], index): Pair => [name, index === bendAt ? text : good])
  })
  const more = fc
    .tuple(optional, oddNames, anything)
    .map(([pairs, name, text]): Pair[] => [...pairs, [name, text]])
  const fewer = fc
    .tuple(optional, fc.nat())
    .map(([pairs, at]) => pairs.filter((_, i) => i !== at % (pairs.length || 1)))
  const whole = often([7, optional], [6, bent], [2, more], [1, fewer]).map(written)
  return often(
    [12, whole],
    [2, anything],
    [2, fc.tuple(whole, fc.array(damage, { maxLength: 3 })).map(damaged)],
  )
}

const query = (pairs: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  pairs.map((text) => encodeURIComponent(text).replaceAll('%3A', ':'))
export const queryOf = ({ takes }: Operation): fc.Arbitrary<string> =>
  fc
    .array(
      fc.tuple(
        fc.oneof(pick(...takes.map(({ name }) => name), 'limit', 'a'), pick('__proto__', 'a[b]', 'batch')),
        fc.oneof(
          anything.map((text) => text.slice(0, 400)),
          pick('1', '100', ''),
          query(fc.string({ unit: 'binary', maxLength: 20 })),
        ),
      ),
      { maxLength: 3 },
    )
    .map((pairs) => `?${pairs.map(([name, text]) => `${name}=${escaped(text)}`).join('&')}`)

import { z } from 'zod'
import { type Json, lookUp, METHODS } from './document.ts'

/** What keeps a document from being valid OpenAPI 3.1, as far as we use it. */
export function problemsOf(document: Json): string[] {
  const parsed = openApi.safeParse(document)
  if (!parsed.success)
    return parsed.error.issues.map(
      ({ path, message }) => `${path.map(String).join(' › ') || 'document'}: ${message}`,
    )
  const refs = refsIn(document)
  return [
    ...[...refs].filter((ref) => lookUp(document, ref) === undefined).map((ref) => `${ref} points nowhere`),
    ...unused(document, refs),
    ...operationsOf(document).flatMap(({ name, path, operation }) => [
      ...undeclaredSecurity(document, operation).map((scheme) => `${name}: no security scheme ${scheme}`),
      ...undeclaredParameters(path, operation).map(
        (parameter) => `${name}: parameter ${parameter} is not described`,
      ),
    ]),
    ...repeated(operationsOf(document).flatMap(({ operation }) => operation['operationId'] ?? [])).map(
      (id) => `operationId ${String(id)} stands twice`,
    ),
  ]
}

/** An object with these keys, and extensions; a misspelt key is not what it looks like. */
const exact = <S extends z.ZodRawShape>(shape: S) =>
  z.looseObject(shape).check((context) => {
    for (const name of Object.keys(context.value))
      if (!(name in shape) && !name.startsWith('x-'))
        context.issues.push({ code: 'custom', message: `no such key: ${name}`, input: context.value })
  })

const words = z.string().min(1)
const reference = exact({
  $ref: z.string().startsWith('#/'),
  summary: words.optional(),
  description: words.optional(),
})
/** Judged as the one or the other, so that a mistake is named where it is. */
const orReference = (type: z.ZodType): z.ZodType =>
  z.unknown().check((context) => {
    const { value } = context
    const isReference = typeof value === 'object' && value !== null && '$ref' in value
    const { error } = (isReference ? reference : type).safeParse(value)
    for (const { path, message } of error?.issues ?? [])
      context.issues.push({ code: 'custom', path, message, input: value })
  })

const typeName = z.enum(['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'])
const schema: z.ZodType = z.lazy(() =>
  orReference(
    exact({
      type: z.union([typeName, z.array(typeName).min(1)]).optional(),
      format: words.optional(),
      pattern: words.optional(),
      minLength: z.int().optional(),
      maxLength: z.int().optional(),
      minimum: z.number().optional(),
      maximum: z.number().optional(),
      minItems: z.int().optional(),
      maxItems: z.int().optional(),
      default: z.unknown().optional(),
      const: z.unknown().optional(),
      enum: z.array(z.unknown()).min(1).optional(),
      properties: z.record(z.string(), schema).optional(),
      required: z.array(z.string()).min(1).optional(),
      additionalProperties: z.union([z.boolean(), schema]).optional(),
      items: schema.optional(),
      anyOf: z.array(schema).min(1).optional(),
      oneOf: z.array(schema).min(1).optional(),
      allOf: z.array(schema).min(1).optional(),
      description: words.optional(),
      title: words.optional(),
      example: z.unknown().optional(),
      examples: z.array(z.unknown()).optional(),
    }).refine(
      ({ required = [], properties = {} }) => required.every((name) => name in properties),
      'a required property is not described',
    ),
  ),
)

const content = z.record(
  z.string().regex(/^[a-z]+\/[a-z0-9.+*-]+$/),
  exact({ schema, example: z.unknown().optional() }),
)
const header = orReference(exact({ schema, description: words.optional(), required: z.boolean().optional() }))
const response = orReference(
  exact({
    description: words,
    headers: z.record(z.string(), header).optional(),
    content: content.optional(),
  }),
)
const parameter = orReference(
  exact({
    name: words,
    in: z.enum(['query', 'path', 'header', 'cookie']),
    required: z.boolean().optional(),
    description: words.optional(),
    schema,
  }),
)
const operation = exact({
  operationId: words.optional(),
  tags: z.array(words).optional(),
  summary: words,
  description: words.optional(),
  deprecated: z.boolean().optional(),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  parameters: z.array(parameter).optional(),
  requestBody: orReference(
    exact({ required: z.boolean().optional(), description: words.optional(), content }),
  ).optional(),
  responses: z.record(z.string().regex(/^(default|[1-5](\d\d|XX))$/), response),
})
const pathItem = exact({
  $ref: z.string().startsWith('#/').optional(),
  ...Object.fromEntries(METHODS.map((method) => [method, operation.optional()])),
})
const securityScheme = z.discriminatedUnion('type', [
  exact({
    type: z.literal('apiKey'),
    in: z.enum(['query', 'header', 'cookie']),
    name: words,
    description: words.optional(),
  }),
  exact({
    type: z.literal('http'),
    scheme: words,
    bearerFormat: words.optional(),
    description: words.optional(),
  }),
])
const openApi = exact({
  openapi: z.string().regex(/^3\.1\.\d+$/),
  info: exact({ title: words, version: words, description: words.optional() }),
  tags: z.array(exact({ name: words, description: words.optional() })).optional(),
  paths: z.record(z.string().regex(/^\/.*[^/]$/), pathItem),
  components: exact({
    schemas: z.record(z.string(), schema).optional(),
    responses: z.record(z.string(), response).optional(),
    headers: z.record(z.string(), header).optional(),
    parameters: z.record(z.string(), parameter).optional(),
    securitySchemes: z.record(z.string(), securityScheme).optional(),
  }),
})

function refsIn(piece: unknown, found = new Set<string>()): Set<string> {
  if (typeof piece !== 'object' || piece === null) return found
  for (const [name, value] of Object.entries(piece))
    if (name === '$ref' && typeof value === 'string') found.add(value)
    else refsIn(value, found)
  return found
}

/** Written down and referred to by nobody. */
function unused(document: Json, refs: Set<string>): string[] {
  const { securitySchemes = {}, ...kinds } = document['components'] as Record<string, Json>
  const schemes = new Set(operationsOf(document).flatMap(({ operation }) => schemesOf(operation)))
  return [
    ...Object.entries(kinds).flatMap(([kind, parts]) =>
      Object.keys(parts)
        .filter((name) => !refs.has(`#/components/${kind}/${name}`))
        .map((name) => `components › ${kind} › ${name} is used nowhere`),
    ),
    ...Object.keys(securitySchemes)
      .filter((name) => !schemes.has(name))
      .map((name) => `components › securitySchemes › ${name} is used nowhere`),
  ]
}

type Named = { name: string; path: string; operation: Json }
const operationsOf = (document: Json): Named[] =>
  Object.entries(document['paths'] as Record<string, Json>).flatMap(([path, item]) =>
    METHODS.flatMap((method) =>
      item[method]
        ? [{ name: `${method.toUpperCase()} ${path}`, path, operation: item[method] as Json }]
        : [],
    ),
  )

const schemesOf = (operation: Json): string[] =>
  ((operation['security'] ?? []) as Json[]).flatMap(Object.keys)

function undeclaredSecurity(document: Json, operation: Json): string[] {
  const { securitySchemes = {} } = document['components'] as { securitySchemes?: Json }
  return schemesOf(operation).filter((name) => !(name in securitySchemes))
}

function undeclaredParameters(path: string, operation: Json): string[] {
  const described = ((operation['parameters'] ?? []) as Json[]).filter(({ in: place }) => place === 'path')
  return [...path.matchAll(/\{([^}]+)\}/g)]
    .map(([, name]) => name ?? '')
    .filter(
      (name) => !described.some((parameter) => parameter['name'] === name && parameter['required'] === true),
    )
}

const repeated = (values: unknown[]): unknown[] =>
  values.filter((value, index) => values.indexOf(value) !== index)

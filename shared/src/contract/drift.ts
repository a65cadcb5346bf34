import { type Json, METHODS, resolve } from './document.ts'

/**
 * What differs between the promised and the served document, a line each. Order, words, examples and names of
 * components do not count: both documents are taken apart into facts, and the facts are compared.
 */
export function driftOf(promised: Json, served: Json): string[] {
  const [left, right] = [factsOf(promised), factsOf(served)]
  const drift: string[] = []
  const gone: string[] = []
  for (const fact of [...new Set([...left.keys(), ...right.keys()])]) {
    if (gone.some((parent) => fact.startsWith(`${parent}${INSIDE}`))) continue
    const [was, is] = [left.get(fact), right.get(fact)]
    if (was === is) continue
    if (was !== undefined && is !== undefined) drift.push(`${fact}: promised ${was}, served ${is}`)
    else {
      drift.push(`${fact}: ${was === undefined ? 'served, but not promised' : 'promised, but not served'}`)
      gone.push(fact)
    }
  }
  return drift
}

const INSIDE = ' › '
type Facts = Map<string, string>

function factsOf(document: Json): Facts {
  const facts: Facts = new Map()
  const { title, version } = document['info'] as Json
  facts.set('title', String(title)).set('version', String(version))
  for (const [path, item] of Object.entries(document['paths'] as Json)) {
    const operations = resolve(document, item)
    for (const method of METHODS)
      if (operations[method])
        operationFacts(document, operations[method] as Json, [`${method.toUpperCase()} ${path}`], facts)
  }
  const { securitySchemes = {} } = document['components'] as { securitySchemes?: Json }
  for (const [name, scheme] of Object.entries(securitySchemes)) {
    const { type, in: place, name: field } = scheme as Json
    // Over https the server's cookies carry the prefix, and its document says so.
    facts.set(
      `security scheme ${name}`,
      `${String(type)} in ${String(place)} ${String(field).replace(/^__Host-/, '')}`,
    )
  }
  return facts
}

function operationFacts(document: Json, operation: Json, at: string[], facts: Facts): void {
  facts.set(key(at), 'there')
  facts.set(key([...at, 'security']), securityOf(operation['security']))
  for (const parameter of (operation['parameters'] ?? []) as Json[]) {
    const { in: place, name, required, schema } = resolve(document, parameter)
    const here = [...at, `${String(place)} parameter ${String(name)}`]
    facts.set(key(here), required ? 'needed' : 'optional')
    schemaFacts(document, schema as Json, here, facts)
  }
  if (operation['requestBody']) {
    const { required, content } = resolve(document, operation['requestBody'])
    facts.set(key([...at, 'body']), required ? 'needed' : 'optional')
    contentFacts(document, content, [...at, 'body'], facts)
  }
  for (const [status, response] of Object.entries(operation['responses'] as Json)) {
    const { headers, content } = resolve(document, response)
    facts.set(key([...at, status]), 'there')
    for (const name of Object.keys(headers ?? {})) facts.set(key([...at, status, `header ${name}`]), 'there')
    contentFacts(document, content, [...at, status], facts)
  }
}

/** One of several sets of schemes must hold; inside a set all of them. */
const securityOf = (security: unknown): string =>
  ((security ?? []) as Json[])
    .map((schemes) => Object.keys(schemes).sort().join(' and '))
    .sort()
    .join(' or ') || 'none'

function contentFacts(document: Json, content: unknown, at: string[], facts: Facts): void {
  for (const [type, media] of Object.entries((content ?? {}) as Json)) {
    facts.set(key([...at, type]), 'there')
    schemaFacts(document, (media as { schema: Json }).schema, [...at, type], facts)
  }
}

const WORDS = new Set(['description', 'title', 'example', 'examples', '$comment', '$defs'])

function schemaFacts(document: Json, given: Json, at: string[], facts: Facts): void {
  const schema = plainly(resolve(document, given))
  const needed = new Set((schema['required'] ?? []) as string[])
  for (const [keyword, value] of Object.entries(schema)) {
    if (WORDS.has(keyword) || keyword === 'required') continue
    if (keyword === 'properties')
      for (const [name, inner] of Object.entries(value as Json)) {
        facts.set(key([...at, name]), needed.has(name) ? 'needed' : 'optional')
        schemaFacts(document, inner as Json, [...at, name], facts)
      }
    else if (keyword === 'items') schemaFacts(document, value as Json, [...at, 'each'], facts)
    else if (Array.isArray(value) && typeof value[0] === 'object')
      value.forEach((inner, index) =>
        schemaFacts(document, inner as Json, [...at, `${keyword} ${index + 1}`], facts),
      )
    else if (typeof value === 'object' && value !== null && !Array.isArray(value))
      schemaFacts(document, value as Json, [...at, keyword], facts)
    else
      facts.set(
        key([...at, `its ${keyword}`]),
        Array.isArray(value) ? value.map(String).sort().join(' | ') : String(value),
      )
  }
}

/** "Something or null" is written in two ways. */
function plainly(schema: Json): Json {
  const { anyOf, ...rest } = schema as { anyOf?: Json[] }
  const other = anyOf?.length === 2 ? anyOf.find(({ type }) => type !== 'null') : undefined
  if (!other || typeof other['type'] !== 'string' || !anyOf?.some(({ type }) => type === 'null'))
    return schema
  return { ...rest, ...other, type: [other['type'], 'null'] }
}

const key = (at: string[]): string => at.join(INSIDE)

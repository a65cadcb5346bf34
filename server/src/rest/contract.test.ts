import { describe, expect, test } from 'vitest'
import { BRAND } from '@latchkey/shared/brand'
import { proceduresOf } from '../procedures.ts'
import { appRouter } from '../router.ts'
import { openApiDocument } from './openapi.ts'
import { ROWS } from './rows.ts'
import { contract, promisedPaths, validatorOf } from './test/contract.ts'
import type { Json } from '@latchkey/shared/contract/document'
import { driftOf } from '@latchkey/shared/contract/drift'
import { problemsOf } from '@latchkey/shared/contract/validity'

const served = openApiDocument({ COOKIE_SECURE: false }) as Json

test('O7: the contract and the served document are valid OpenAPI', () => {
  expect(problemsOf(contract)).toEqual([])
  expect(problemsOf(served)).toEqual([])
})

test('O5, O7: what is promised is served, and what is served is promised', () => {
  expect(driftOf(contract, served)).toEqual([])
})

test('over https the document names the cookies as they are then, and still holds', () => {
  const secure = openApiDocument({ COOKIE_SECURE: true }) as Json
  expect(JSON.stringify(secure)).toContain('"__Host-latchkey_session"')
  expect(driftOf(contract, secure)).toEqual([])
})

test('O1: the contract lists every row and alias, and no path that only the network inside asks', () => {
  expect(promisedPaths.toSorted()).toEqual(
    [...new Set(ROWS.flatMap(({ path, also }) => [path, ...also]))].toSorted(),
  )
})

test('every example in either document is an example of its schema', () => {
  for (const document of [contract, served])
    for (const { schema, example } of examplesIn(document))
      expect(validatorOf(schema).safeParse(example), JSON.stringify(example)).toMatchObject({ success: true })
  expect(examplesIn(contract).length).toBeGreaterThan(5)
})

test('the example of a row is taken by its procedure, and a read needs none', () => {
  const procedures = proceduresOf(appRouter)
  for (const { procedure, method, example = method === 'get' ? {} : undefined } of ROWS)
    if (procedures.get(procedure)?.input)
      expect(procedures.get(procedure)?.input?.safeParse(example), procedure).toMatchObject({ success: true })
})

describe('drift is named', () => {
  const told: [string, (document: Json) => void, string][] = [
    [
      'another title',
      (d) => set(d, 'info.title', 'Other'),
      `title: promised ${BRAND.name} API, served Other`,
    ],
    ['another version', (d) => set(d, 'info.version', '9.9.9'), 'version: promised 0.1.0, served 9.9.9'],
    [
      'a path that is gone',
      (d) => set(d, 'paths./v1/auth/me', undefined),
      'GET /v1/auth/me: promised, but not served',
    ],
    [
      'a path that nobody promised',
      (d) => set(d, 'paths./api/extra', at(d, 'paths./api/health')),
      'GET /api/extra: served, but not promised',
    ],
    [
      'another method',
      (d) => set(d, 'paths./api/auth/csrf', { post: at(d, 'paths./api/auth/csrf.get') }),
      'GET /api/auth/csrf: promised, but not served',
    ],
    [
      'a status that is gone',
      (d) => set(d, 'paths./api/auth/login.post.responses.401', undefined),
      'POST /api/auth/login › 401: promised, but not served',
    ],
    [
      'a header that is gone',
      (d) => set(d, 'components.responses.Unavailable.headers.Retry-After', undefined),
      'POST /api/auth/login › 503 › header Retry-After: promised, but not served',
    ],
    [
      'a guard that is gone',
      (d) => set(d, 'paths./api/auth/me.get.security', undefined),
      'GET /api/auth/me › security: promised session, served none',
    ],
    [
      'a field that is gone',
      (d) => set(d, 'components.schemas.Me.properties.bio', undefined),
      'GET /api/auth/me › 200 › application/json › bio: promised, but not served',
    ],
    [
      'a field that nobody promised',
      (d) => set(d, 'components.schemas.Me.properties.passwordHash', { type: 'string' }),
      'POST /api/auth/login › 200 › application/json › user › passwordHash: served, but not promised',
    ],
    [
      'a field of another type',
      (d) => set(d, 'components.schemas.Me.properties.isEmailVerified.type', 'string'),
      'GET /api/auth/me › 200 › application/json › isEmailVerified › its type: promised boolean, served string',
    ],
    [
      'a question that is gone',
      (d) => (at(d, 'paths./api/users/me/audit.get.parameters') as Json[]).splice(1),
      'GET /api/users/me/audit › query parameter limit: promised, but not served',
    ],
    [
      'a request that wants more',
      (d) => set(d, 'components.schemas.RegisterRequest.required', ['email', 'password', 'name']),
      'POST /api/auth/register › body › application/json › name: promised optional, served needed',
    ],
    [
      'a request that takes anything',
      (d) => set(d, 'components.schemas.LoginRequest.additionalProperties', true),
      'POST /api/auth/login › body › application/json › its additionalProperties: promised false, served true',
    ],
    [
      'a role that nobody promised',
      (d) => set(d, 'components.schemas.Me.properties.roles.items.enum', ['USER', 'ROOT']),
      'GET /api/auth/me › 200 › application/json › roles › each › its enum: promised ADMIN | BILLING_ADMIN | SUPPORT | USER, served ROOT | USER',
    ],
    [
      'another cookie',
      (d) => set(d, 'components.securitySchemes.session.name', 'sid'),
      'security scheme session: promised apiKey in cookie latchkey_session, served apiKey in cookie sid',
    ],
  ]
  test.each(told)('%s', (_what, change, line) => {
    expect(driftOf(contract, changed(served, change))).toContain(line)
  })

  const ignored: [string, (document: Json) => void][] = [
    ['words', (d) => set(d, 'paths./api/auth/me.get.summary', 'Something else')],
    ['the order of what is needed', (d) => (at(d, 'components.schemas.Me.required') as string[]).reverse()],
    ['examples', (d) => set(d, 'components.schemas.Health.example', { ok: false })],
    ['extensions and tags', (d) => set(d, 'paths./api/auth/me.get.tags', ['other'])],
  ]
  test.each(ignored)('%s do not count', (_what, change) => {
    expect(driftOf(contract, changed(served, change))).toEqual([])
  })
})

describe('a broken document is named', () => {
  const told: [string, (document: Json) => void, string][] = [
    ['another OpenAPI', (d) => void (d['openapi'] = '2.0'), 'openapi: Invalid'],
    ['a misspelt key', (d) => set(d, 'paths./api/health.get.respones', {}), 'no such key: respones'],
    [
      'a response without words',
      (d) => set(d, 'components.responses.Failed.description', undefined),
      'components › responses › Failed › description: ',
    ],
    [
      'a type that does not exist',
      (d) => set(d, 'components.schemas.Me.properties.id.type', 'uuid'),
      'Me › properties › id › type: ',
    ],
    [
      'a required field that is not there',
      (d) => set(d, 'components.schemas.Done.required', ['okay']),
      'not described',
    ],
    [
      'a reference to nothing',
      (d) => set(d, 'paths./v1/auth/me', { $ref: '#/paths/~1nowhere' }),
      'points nowhere',
    ],
    [
      'a part that nobody uses',
      (d) => set(d, 'components.schemas.Spare', { type: 'string' }),
      'Spare is used nowhere',
    ],
    [
      'an unknown scheme',
      (d) => set(d, 'paths./api/auth/me.get.security', [{ token: [] }]),
      'no security scheme token',
    ],
    [
      'a status that is none',
      (d) => set(d, 'paths./api/health.get.responses.2000', {}),
      'responses › 2000: Invalid key',
    ],
    [
      'a path that ends with a slash',
      (d) => set(d, 'paths./api/health/', at(d, 'paths./api/health')),
      'paths › /api/health/: Invalid key',
    ],
    [
      'a parameter that nobody describes',
      (d) => set(d, 'paths./api/people/{id}', { get: at(d, 'paths./api/health.get') }),
      'parameter id is not described',
    ],
  ]
  test.each(told)('%s', (_what, change, part) => {
    expect(problemsOf(changed(contract, change)).join('\n')).toContain(part)
  })

  test('an operationId that stands twice', () => {
    const twice = changed(served, (d) => set(d, 'paths./api/auth/me.get.operationId', 'auth.login'))
    expect(problemsOf(twice)).toContain('operationId auth.login stands twice')
  })
})

function changed(document: Json, change: (copy: Json) => void): Json {
  const copy = structuredClone(document)
  change(copy)
  return copy
}

const at = (document: Json, path: string): unknown =>
  path.split('.').reduce<unknown>((piece, part) => (piece as Json)[part], document)

function set(document: Json, path: string, value: unknown): void {
  const parts = path.split('.')
  const last = parts.pop() ?? ''
  const parent = at(document, parts.join('.')) as Json
  if (value === undefined) delete parent[last]
  else parent[last] = value
}

function examplesIn(piece: unknown): { schema: Json; example: unknown }[] {
  if (typeof piece !== 'object' || piece === null) return []
  const { example, schema, ...rest } = piece as Json
  const here = example === undefined ? [] : [{ schema: (schema ?? rest) as Json, example }]
  return [...here, ...Object.values(piece).flatMap(examplesIn)]
}

import fc from 'fast-check'
import { bytesOf, type Case, type Who } from './case.ts'

/** Cases made from what the API says of itself: its document, and the names of its procedures. */
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

/** An account that is there, whoever signs in to it. */
export const KNOWN = { email: 'known@example.com', password: 'velvet-harbour-mango-42' }

const pick = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const often = <T>(...parts: [weight: number, part: fc.Arbitrary<T>][]): fc.Arbitrary<T> =>
  fc.oneof(...parts.map(([weight, arbitrary]) => ({ weight, arbitrary })))

// ---- values, as JSON text

const edge = pick(
  '0',
  '-0',
  '-1',
  '1',
  '101',
  '9007199254740993',
  '1e400',
  '-1e400',
  '1e-400',
  '2147483648',
  '-9223372036854775809',
  '0.1',
  'NaN',
  '0x10',
  '01',
  '+1',
  '1.',
  'Infinity',
  'null',
  'true',
  'false',
  '[]',
  '{}',
  '[[]]',
  '{"$ne":""}',
  '{"__proto__":{"x":1}}',
  '{"toString":1,"valueOf":2}',
  '{"length":1e9}',
  '{"then":1}',
  '""',
  '" "',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udc00x"',
  '"\\u202e"',
  '"\\r\\nBcc: a@example.com"',
  '"\xff\xfe"',
  '"\xc0\xaf"',
  '"\xed\xa0\x80"',
  '"',
  '\\',
  '"__proto__"',
  '"constructor"',
  '"\'; drop table users; --"',
  '"../../../../etc/passwd"',
  '"${7*7}"',
  '"%00"',
)
const deep = fc.integer({ min: 2, max: 6000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth))
const deepObject = fc
  .integer({ min: 2, max: 3000 })
  .map((depth) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth))
const long = fc.integer({ min: 50, max: 110_000 }).map((length) => JSON.stringify('a'.repeat(length)))
const asJson = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<string> =>
  values.map((value) => bytesOf(JSON.stringify(value)))
const anyText = asJson(fc.string({ unit: 'binary', maxLength: 300 }))
const anything = often(
  [6, edge],
  [3, asJson(fc.jsonValue({ maxDepth: 4 }))],
  [3, anyText],
  [1, deep],
  [1, deepObject],
  [1, long],
)

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

const NAMES = pick(
  '__proto__',
  'constructor',
  'toString',
  'admin',
  'roles',
  'then',
  'length',
  '',
  'a\\u0000',
  '\\u0065mail',
  '[0]',
  'email',
)

type Pair = [name: string, text: string]
const written = (pairs: Pair[]): string => `{${pairs.map(([name, text]) => `"${name}":${text}`).join(',')}}`

/** What the operation takes: whole, or with one field bent, missing, doubled or too many. */
function inputOf({ takes, example }: Operation): fc.Arbitrary<string> {
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
    .tuple(optional, NAMES, anything)
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

// ---- damage, byte by byte

type Damage = { at: number; cut: number; put: string }
const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.nat(),
  cut: fc.nat(3),
  put: often(
    [
      3,
      pick('', '"', '\\', '{', '}', '[', ',', ':', '\0', '\r\n', '\xff', '\xc3', '\ufeff'.slice(1), '/**/'),
    ],
    [1, fc.string({ maxLength: 4, unit: 'grapheme-ascii' })],
  ),
})
const damaged = ([text, damages]: [string, Damage[]]): string =>
  damages.reduce((told, { at, cut, put }) => {
    const place = at % (told.length + 1)
    return told.slice(0, place) + put + told.slice(place + cut)
  }, text)

// ---- headers

const latin = fc.string({
  unit: fc.integer({ min: 0x80, max: 0xff }).map((code) => String.fromCharCode(code)),
  maxLength: 30,
})
const printable = fc
  .string({ unit: 'grapheme-ascii', maxLength: 60 })
  .map((text) => text.replace(/[\r\n]/g, ''))
const oddValue = often(
  [4, printable],
  [2, latin],
  [2, fc.integer({ min: 1, max: 9000 }).map((length) => 'x'.repeat(length))],
  [1, fc.integer({ min: 10_000, max: 40_000 }).map((length) => 'x'.repeat(length))],
  [1, fc.string({ unit: 'binary-ascii', maxLength: 20 })],
)
const shaped = (...values: string[]): fc.Arbitrary<string> =>
  often(
    [4, pick(...values)],
    [3, fc.tuple(pick(...values), fc.array(damage, { minLength: 1, maxLength: 3 })).map(damaged)],
    [2, oddValue],
  )

const HEADERS: Record<string, fc.Arbitrary<string>> = {
  Authorization: shaped(
    'Basic',
    'Basic ',
    'Basic Og==',
    'Basic \xff',
    'Bearer',
    'Bearer a.b.c',
    'Digest username="a"',
    ': :',
    '0',
  ),
  Cookie: shaped(
    'latchkey_session=',
    'latchkey_session=%',
    'latchkey_session=%zz; latchkey_csrf=%',
    'a',
    ';;;',
    '=;=',
    '__proto__=1; constructor=2',
    `latchkey_session=${'A'.repeat(43)}`,
    `latchkey_session=${'A'.repeat(43)}; latchkey_session=x`,
    'latchkey_csrf=a.b.c',
    'latchkey_csrf=s.b.c',
    'latchkey_device=a.b',
    'latchkey_device=..',
    'latchkey_csrf="a.b.c"',
    'latchkey_session="\\"',
    '{cookie}',
  ),
  'X-Forwarded-For': shaped(
    '1.2.3.4',
    '::1',
    '::ffff:1.2.3.4',
    'fe80::1%eth0',
    '1.2.3.4, 5.6.7.8',
    ',,,',
    'unknown',
    '1.2.3.4:80',
    '[::1]:80',
    '999.1.1.1',
    '::1.2.3.4',
    '1::%',
    '2001:db8::1',
    '64:ff9b::1.2.3.4',
    '::ffff:7f00:1',
    '127.0.0.1, 127.0.0.1',
    ' 1.2.3.4 ',
    '0.0.0.0',
    '::',
    'fe80::1%\xff',
  ),
  Origin: shaped(
    'null',
    'http://{host}',
    'http://evil.example',
    '*',
    'file://',
    'http://',
    'javascript:',
    '',
  ),
  Referer: shaped('http://{host}/', 'x'),
  'Sec-Fetch-Site': shaped('same-origin', 'cross-site', 'none', 'same-site', 'SAME-ORIGIN', ''),
  'Content-Type': shaped(
    'application/json',
    'application/json; charset=utf-8',
    'application/json; charset=utf-16',
    'application/json;;',
    'text/plain',
    'multipart/form-data; boundary=',
    'application/x-www-form-urlencoded',
    'application/json, text/plain',
    'a',
    '/',
    'application/',
    ';',
    'application/json; charset="',
  ),
  'Content-Encoding': shaped('gzip', 'identity', 'br', 'deflate, gzip', 'IDENTITY', '', 'x'),
  'Content-Length': shaped('0', '-1', '1e3', '99999999999999999999', '0x10', '10, 10', ' ', '+5'),
  'Transfer-Encoding': shaped(
    'chunked',
    'identity',
    'gzip, chunked',
    'chunked, chunked',
    'xchunked',
    ' chunked',
  ),
  Accept: shaped(
    '*/*',
    'application/jsonl',
    'text/event-stream',
    'application/json;q=2',
    ';q',
    ',',
    'text/html',
  ),
  'Accept-Encoding': shaped('gzip', 'identity;q=0', '*;q=0', ';;'),
  'Accept-Language': shaped('en', '*', 'de;q=NaN'),
  'User-Agent': shaped('fuzz', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0', ''),
  'X-CSRF-Token': shaped('{csrf}', 'a.b.c', 's..', 'a.b.c.d', '...'),
  'X-Request-Id': shaped('abcdefgh', 'a', '../../x', 'a\tb', '__proto__'),
  'trpc-accept': shaped('application/jsonl', 'text/event-stream', 'x'),
  'trpc-batch-mode': shaped('stream', 'x'),
  Host: shaped(
    '{host}',
    'evil.example',
    '',
    'localhost',
    '127.0.0.1:1',
    '[::1]',
    'a@b',
    'x'.repeat(300),
    'localhost:99999',
    '{host}/x',
  ),
  Expect: shaped('100-continue', '200-ok', ''),
  Connection: shaped('close', 'close, upgrade', 'close, keep-alive, x-request-id', 'close, close'),
  Upgrade: shaped('websocket', 'h2c', 'TLS/1.0'),
  Range: shaped('bytes=0-0', 'bytes=-', 'bytes=9-1,2-3', 'x'),
  'If-None-Match': shaped('*', 'W/"x"', '"'),
  'If-Modified-Since': shaped('x', 'Thu, 01 Jan 1970 00:00:00 GMT'),
  'X-HTTP-Method-Override': shaped('DELETE', 'constructor'),
  'Access-Control-Request-Method': shaped('POST', 'x'),
  __proto__: oddValue,
}
const NAMED = Object.keys(HEADERS).concat('__proto__', 'constructor', 'X-Odd', 'toString')
const header = fc.oneof(
  ...NAMED.map((name) =>
    (Object.hasOwn(HEADERS, name) ? (HEADERS[name] as fc.Arbitrary<string>) : oddValue).map(
      (value): [string, string] => [name, value],
    ),
  ),
)
/** Bytes that would end the head are for the raw part. */
const inOneLine = ([name, value]: [string, string]): [string, string] => [name, value.replace(/[\r\n]/g, '')]
const fewHeaders = often<[string, string][]>(
  [8, fc.constant([])],
  [2, fc.array(header.map(inOneLine), { minLength: 1, maxLength: 2 })],
)

// ---- whole cases

const who: fc.Arbitrary<Who> = often(
  [3, fc.constant<Who>('nobody')],
  [5, fc.constant<Who>('person')],
  [2, fc.constant<Who>('admin')],
)
const token: fc.Arbitrary<Case['token']> = often(
  [8, fc.constant('good')],
  [1, fc.constant('none')],
  [1, fc.constant('wrong')],
)

const PATHS = [
  '/api',
  '/api/',
  '/api//auth/me',
  '/api/auth/me/',
  '/API/auth/me',
  '/api/auth/%6de',
  '/api/auth/%zz',
  '/api/auth/%',
  '/api/auth/%00',
  '/api/auth/..%2fme',
  '/api/../health',
  '//evil.example/api',
  '/\\evil',
  '/api/trpc',
  '/api/trpc/',
  '/api/trpc/%',
  '/api/trpc/%E0%A4%A',
  '/health/',
  '/internal/health',
  '/internal',
  '/v1',
  '/v1/auth',
  '/api/__proto__',
  '/api/constructor',
  '/dev/inbox',
  '/dev/inbox.json',
  '/dev/inbox/x',
  '/docs/..%2f..%2fpackage.json',
  '/docs/docs.js',
  '/openapi.json',
  '/api/openapi.json',
  '/assets/x',
  '/assets/../index.html',
  '/api/auth/me;x',
  '/api/auth/me#x',
  '/api/auth/me?',
  '/api/auth/me?a[b]=1',
  '/api/auth/me?a=%',
  '/.env',
  '/.git/config',
  'api/auth/me',
  '*',
  'http://localhost/api/auth/me',
  'http://',
  'https://evil.example:99999/api/auth/me',
  '?',
  '/api/auth/me?__proto__=1',
]
const METHODS = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'QUERY',
  'PROPFIND',
  'SEARCH',
  'M-SEARCH',
  'CONNECT',
]

const query = (pairs: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  pairs.map((text) => encodeURIComponent(text).replaceAll('%3A', ':'))
/** Bytes are not characters: `encodeURIComponent` would make two of each above 127. */
const escaped = (text: string): string =>
  [...Buffer.from(text, 'latin1')]
    .map((byte) =>
      /[\w.~-]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).padStart(2, '0')}`,
    )
    .join('')

function restCases(operations: Operation[]): fc.Arbitrary<Case> {
  const usual = fc.oneof(
    ...operations.map((one) =>
      fc
        .record({
          who,
          token,
          headers: fewHeaders,
          body: inputOf(one),
          asked: fc.oneof(fc.constant(''), queryOf(one)),
        })
        .map(({ asked, body, ...rest }): Case => ({
          from: 'rest',
          ...rest,
          method: one.method,
          path: one.path + (one.method === 'GET' ? asked : ''),
          ...(one.method !== 'GET' && { body }),
        })),
    ),
  )
  const odd = fc
    .record({
      who,
      token,
      headers: fewHeaders,
      method: pick(...METHODS),
      path: fc.oneof(
        pick(...PATHS),
        fc
          .tuple(pick(...operations.map(({ path }) => path)), fc.array(damage, { maxLength: 2 }))
          .map(damaged),
      ),
      body: anything,
      bodied: fc.boolean(),
    })
    .map(({ bodied, body, path, ...rest }): Case => ({
      from: 'rest',
      ...rest,
      path: path.replace(/[\s\0]/g, '') || '/api',
      ...(bodied && { body }),
    }))
  return often([8, usual], [2, odd])
}

const queryOf = ({ takes }: Operation): fc.Arbitrary<string> =>
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

function trpcCases(
  operations: Operation[],
  procedures: { name: string; isRead: boolean }[],
): fc.Arbitrary<Case> {
  const known = new Map(operations.map((one) => [one.procedure, one]))
  const plain: Operation = {
    method: 'GET',
    path: '',
    procedure: '',
    takes: [{ name: 'id', schema: {} }],
    example: {},
  }
  const one = fc.oneof(
    ...procedures.map(({ name, isRead }) =>
      fc.record({
        name: fc.constant(name),
        isRead: fc.constant(isRead),
        input: inputOf(known.get(name) ?? plain),
      }),
    ),
  )
  const names = procedures.map(({ name }) => name)
  const reads = procedures.filter(({ isRead }) => isRead).map(({ name }) => name)
  const call = fc
    .record({ who, token, headers: fewHeaders, one })
    .map(({ one: { name, isRead, input }, ...rest }): Case => ({
      from: 'trpc',
      ...rest,
      method: isRead ? 'GET' : 'POST',
      path: `/api/trpc/${name}${isRead ? `?input=${escaped(input.slice(0, 500))}` : ''}`,
      ...(!isRead && { body: input }),
    }))
  const batch = fc
    .record({
      who,
      token,
      headers: fewHeaders,
      names: fc.array(
        often([6, pick(...reads)], [1, pick(...names, 'x', '', '__proto__', 'auth', 'constructor.name')]),
        { minLength: 1, maxLength: 12 },
      ),
      inputs: fc.array(
        fc.tuple(
          pick('0', '1', '2', '9', '-1', '__proto__', 'x'),
          anything.map((text) => text.slice(0, 80)),
        ),
        { maxLength: 4 },
      ),
      sign: pick(
        'batch=1',
        'batch=1',
        'batch=1',
        'batch=0',
        'batch',
        'batch=1&batch=1',
        'batch=1&connectionParams={}',
      ),
      method: often([9, fc.constant('GET')], [1, pick('POST', 'HEAD', 'PUT')]),
    })
    .map(({ names, inputs, sign, ...rest }): Case => ({
      from: 'trpc',
      ...rest,
      path: `/api/trpc/${names.join(',')}?${sign}&input=${escaped(written(inputs))}`,
    }))
  const odd = fc
    .record({
      who,
      token,
      headers: fewHeaders,
      method: pick(...METHODS),
      name: fc.oneof(
        pick(
          '',
          'auth',
          'auth.',
          '.auth',
          'auth..login',
          '__proto__',
          '__proto__.x',
          'constructor',
          'constructor.prototype',
          'toString',
          'auth.login.x',
          'then',
          'auth%2elogin',
          '%',
          '%zz',
          '%E0%A4%A',
          '%00',
          'a/b',
          ',',
          ',,,,,,,,,,,,,,',
          'auth.toString',
          'auth.__proto__',
          'auth/login',
        ),
        fc.tuple(pick(...names), fc.array(damage, { minLength: 1, maxLength: 3 })).map(damaged),
      ),
      asked: fc.oneof(
        fc.constant(''),
        fc
          .tuple(pick('input', 'batch', 'connectionParams', 'x'), anything)
          .map(([name, text]) => `?${name}=${escaped(text.slice(0, 700))}`),
      ),
      body: anything,
      bodied: fc.boolean(),
    })
    .map(({ name, asked, body, bodied, ...rest }): Case => ({
      from: 'trpc',
      ...rest,
      path: `/api/trpc/${name.replace(/[\s\0]/g, '')}${asked}`,
      ...(bodied && { body }),
    }))
  return often([6, call], [2, batch], [2, odd])
}

/** One odd header on every route there is. */
const headerCases = (operations: Operation[]): fc.Arbitrary<Case> =>
  fc
    .record({
      who,
      token,
      route: pick(
        ...operations.map(({ method, path }) => ({ method, path })),
        { method: 'GET', path: '/api/trpc/user.me' },
        { method: 'POST', path: '/api/trpc/auth.refresh' },
        { method: 'GET', path: '/health' },
        { method: 'GET', path: '/internal/health' },
      ),
      headers: fc.tuple(header.map(inOneLine)),
      body: pick('{}', '{"email":"known@example.com","password":"x"}'),
    })
    .map(({ route, body, ...rest }): Case => ({
      from: 'header',
      ...rest,
      ...route,
      ...(route.method !== 'GET' && { body }),
    }))

// ---- raw bytes

const HEAD = 'Host: {host}\r\nCookie: {cookie}\r\nX-CSRF-Token: {csrf}\r\nUser-Agent: fuzz\r\n'
const LOGIN = '{"email":"known@example.com","password":"velvet-harbour-mango-42"}'
const SKELETONS = [
  `GET /api/auth/me HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`,
  `GET /api/auth/me HTTP/1.0\r\n${HEAD}\r\n`,
  `GET /api/auth/me HTTP/2.0\r\n${HEAD}\r\n`,
  `GET /api/auth/me\r\n`,
  'GET /api/auth/me HTTP/1.1\r\nConnection: close\r\n\r\n',
  'GET /api/auth/me HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  `BREW /api/auth/me HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`,
  `get /api/auth/me HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`,
  `OPTIONS * HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`,
  `CONNECT {host} HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`,
  `GET http://{host}/api/auth/me HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`,
  `GET /api/auth/me HTTP/1.1\r\n${HEAD}Expect: 200-ok\r\nConnection: close\r\n\r\n`,
  `GET /api/auth/me HTTP/1.1\r\n${HEAD}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
  `GET /api/auth/me HTTP/1.1\n${HEAD.replaceAll('\r', '')}Connection: close\n\n`,
  `GET /api/auth/me HTTP/1.1\r\n${HEAD} folded: x\r\n\tmore\r\nConnection: close\r\n\r\n`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: ${LOGIN.length}\r\nConnection: close\r\n\r\n${LOGIN}`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n${LOGIN}`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 5\r\nConnection: close\r\n\r\n${LOGIN}`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 5\r\nContent-Length: 6\r\nConnection: close\r\n\r\n${LOGIN}`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\n{"a":\r\n0\r\n\r\n`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${LOGIN.length.toString(16)}\r\n${LOGIN}\r\n0\r\n\r\n`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nTrailer: x\r\nConnection: close\r\n\r\n2;a=b\r\n{}\r\n0\r\nX: y\r\n\r\n`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nfffffffffffffffff\r\n{}`,
  `POST /api/trpc/auth.refresh HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}GET /api/auth/me HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`,
  `GET /api/health HTTP/1.1\r\n${HEAD}\r\nGET /api/auth/me HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\nGET /x HTTP/1.1\r\n\r\n`,
  `GET /api/auth/me HTTP/1.1\r\n${HEAD}${'X-A: b\r\n'.repeat(2500)}Connection: close\r\n\r\n`,
  `GET /api/auth/me HTTP/1.1\r\n${HEAD}X-Long: ${'x'.repeat(20_000)}\r\nConnection: close\r\n\r\n`,
  `GET /api/auth/me?${'x'.repeat(20_000)} HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 200000\r\nConnection: close\r\n\r\n${'x'.repeat(200_000)}`,
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  '\r\n\r\n\r\n',
  '\0\0\0\0',
]
const rawCases: fc.Arbitrary<Case> = fc
  .record({
    who,
    raw: often(
      [2, pick(...SKELETONS)],
      [6, fc.tuple(pick(...SKELETONS), fc.array(damage, { minLength: 1, maxLength: 4 })).map(damaged)],
      [
        1,
        fc.string({
          unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
          maxLength: 200,
        }),
      ],
    ),
  })
  .map((rest): Case => ({ from: 'raw', token: 'good', method: '', path: '', headers: [], ...rest }))

export function casesOf(
  document: Document,
  procedures: { name: string; isRead: boolean }[],
): fc.Arbitrary<Case> {
  const operations = operationsOf(document)
  return often(
    [30, restCases(operations)],
    [30, trpcCases(operations, procedures)],
    [30, headerCases(operations)],
    [10, rawCases],
  )
}

import fc from 'fast-check'
import { bytesOf } from './case.ts'

/** An account that is there, whoever signs in to it. */
export const KNOWN = { email: 'known@example.com', password: 'velvet-harbour-mango-42' }

export const pick = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
export const often = <T>(...parts: [weight: number, part: fc.Arbitrary<T>][]): fc.Arbitrary<T> =>
  fc.oneof(...parts.map(([weight, arbitrary]) => ({ weight, arbitrary })))

/** Values are JSON text, since what is odd may be no JSON at all. */
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
export const asJson = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<string> =>
  values.map((value) => bytesOf(JSON.stringify(value)))
const anyText = asJson(fc.string({ unit: 'binary', maxLength: 300 }))
export const anything = often(
  [6, edge],
  [3, asJson(fc.jsonValue({ maxDepth: 4 }))],
  [3, anyText],
  [1, deep],
  [1, deepObject],
  [1, long],
)

/** What somebody may call a field that nobody asked for. */
export const oddNames = pick(
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

export const METHODS = [
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

type Damage = { at: number; cut: number; put: string }
export const damage: fc.Arbitrary<Damage> = fc.record({
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
export const damaged = ([text, damages]: [string, Damage[]]): string =>
  damages.reduce((told, { at, cut, put }) => {
    const place = at % (told.length + 1)
    return told.slice(0, place) + put + told.slice(place + cut)
  }, text)

/** Bytes are not characters: `encodeURIComponent` would make two of each above 127. */
export const escaped = (text: string): string =>
  [...Buffer.from(text, 'latin1')]
    .map((byte) =>
      /[\w.~-]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).padStart(2, '0')}`,
    )
    .join('')

import fc from 'fast-check'
import { damage, damaged, often, pick } from './values.ts'

const latin = fc.string({
  unit: fc.integer({ min: 0x80, max: 0xff }).map((code) => String.fromCharCode(code)),
  maxLength: 30,
})
/** Bytes that would end the head are for the raw part. */
const inOneLine = (text: string): string => text.replace(/[\r\n]/g, '')
const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 60 }).map(inOneLine)
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

export const oddHeader: fc.Arbitrary<[name: string, value: string]> = fc.oneof(
  ...NAMED.map((name) =>
    (Object.hasOwn(HEADERS, name) ? (HEADERS[name] as fc.Arbitrary<string>) : oddValue).map(
      (value): [string, string] => [name, inOneLine(value)],
    ),
  ),
)

export const fewHeaders = often<[string, string][]>(
  [8, fc.constant([])],
  [2, fc.array(oddHeader, { minLength: 1, maxLength: 2 })],
)

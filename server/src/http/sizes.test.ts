import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { BODY_BYTES } from '@latchkey/shared/limits'
import { openTestHost } from '../test/host.ts'
import { rawRequest, sendRaw } from '../test/raw.ts'

const host = await openTestHost()
afterAll(() => host.close())

const JSON_TYPE = { 'Content-Type': 'application/json' }
const doors = [['/api/auth/login'], ['/api/auth/register'], ['/api/trpc/auth.login']]
/** The last byte is the one that is too many, or not. */
const bodyOf = (bytes: number) => `{"email":"${'a'.repeat(bytes - 12)}"}`
const statusLine = (answer: string) =>
  answer.split('\r\n')[0]?.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)

const chunked = (body: string, size = 1000) =>
  (body.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [])
    .map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
    .join('') + '0\r\n\r\n'

describe.each(doors)('J1: %s', (path) => {
  const post = (headers: Record<string, string>, body: string | Buffer) =>
    sendRaw(
      host,
      Buffer.concat([
        Buffer.from(rawRequest(host, `POST ${path}`, { ...JSON_TYPE, ...headers })),
        Buffer.from(body),
      ]),
    )

  test('100 KiB are read, and one byte more is refused, whether its length was told or not', async () => {
    const within = bodyOf(BODY_BYTES)
    expect(Buffer.byteLength(within)).toBe(BODY_BYTES)
    for (const [body, refused] of [
      [within, false],
      [bodyOf(BODY_BYTES + 1), true],
    ] as const)
      for (const answer of [
        await post({ 'Content-Length': String(body.length) }, body),
        await post({ 'Transfer-Encoding': 'chunked' }, chunked(body)),
      ])
        expect(statusLine(answer) === '413').toBe(refused)
  })

  test('a length that is too large is refused before the body comes', async () => {
    const answer = await post({ 'Content-Length': '10000000000' }, '{')
    expect(statusLine(answer)).toBe('413')
  })

  test('what flows on and on is refused when it is too much, not when it ends', async () => {
    const answer = await post({ 'Transfer-Encoding': 'chunked' }, `20000\r\n${'x'.repeat(0x20_000)}\r\n`)
    expect(statusLine(answer)).toBe('413')
  })

  test('a compressed body is refused unread, so a bomb is 20 bytes of header', async () => {
    const bomb = gzipSync(Buffer.alloc(10 * 1024 * 1024, 0x20))
    for (const encoding of ['gzip', 'deflate', 'br', 'zstd', 'x-gzip', 'GZIP', 'gzip, identity']) {
      const headers = { 'Content-Encoding': encoding, 'Content-Length': String(bomb.length) }
      expect([encoding, statusLine(await post(headers, bomb))]).toEqual([encoding, '415'])
    }
  })
})

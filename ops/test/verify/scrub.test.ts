import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, test } from 'vitest'
import { escapeHtml } from '@latchkey/shared/html'
import { Secret } from '@latchkey/shared/secret'
import { openFolder } from '../../artifacts.ts'
import { HIDDEN, openScrubber } from '../../scrub.ts'

/** Fifty, of every kind that a setting can be: with quotes, spaces, umlauts, of bytes, in JSON and in a URL. */
const SECRETS = Array.from({ length: 50 }, (_, nth) => {
  const random = randomBytes(12).toString('hex')
  const kinds = [
    random,
    `pa"ss w\\ord<${random}>&'`,
    `schlüssel ${random} 🔑`,
    randomBytes(32).toString('base64'),
    randomBytes(32).toString('base64url'),
  ]
  return kinds[nth % kinds.length] ?? ''
})

/** The same value, by whoever passes it on. */
const FORMS: Record<string, (secret: string) => string> = {
  plain: (secret) => secret,
  'quoted as JSON': (secret) => JSON.stringify(secret),
  'JSON in JSON': (secret) => JSON.stringify(JSON.stringify({ password: secret })),
  'a part of a URL': (secret) => `https://x.example/?q=${encodeURIComponent(secret)}&r=1`,
  'a form': (secret) => new URLSearchParams({ q: secret }).toString(),
  'in HTML': (secret) => `<p title="${escapeHtml(secret)}">`,
  hex: (secret) => Buffer.from(secret).toString('hex'),
  'upper hex': (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
  'every byte of a URL': (secret) => Buffer.from(secret).toString('hex').replace(/../g, '%$&'),
  'every letter in JSON': (secret) => Buffer.from(secret).toString('hex').replace(/../g, '\\u00$&'),
  base64: (secret) => Buffer.from(secret).toString('base64'),
  base64url: (secret) => Buffer.from(secret).toString('base64url'),
  'base64 of a header': (secret) => `Basic ${btoa(`ops:${Buffer.from(secret).toString('latin1')}`)}`,
  'base64 behind one letter': (secret) => Buffer.from(`x${secret}yz`).toString('base64'),
  'base64 behind two': (secret) => Buffer.from(`xy${secret}z`).toString('base64url'),
}

/** What of a secret stands in a text that nobody may find there: the middle of each form, which nothing around it changes. */
const traces = (secret: string, form: (secret: string) => string): string[] => {
  const whole = form(secret)
  const core = whole.slice(Math.floor(whole.length * 0.35), Math.floor(whole.length * 0.65))
  return core.length >= 6 && !/^[\w]*(title|https|password)/.test(core) ? [core] : []
}

const scrubber = openScrubber(SECRETS.map((secret) => new Secret(secret)))

describe.each(Object.entries(FORMS))('O4, R27: %s', (_name, form) => {
  test('fifty secrets, in a line, are hidden and the words around them stay', () => {
    for (const secret of SECRETS) {
      const told = scrubber.text(`before ${form(secret)} after`)
      for (const trace of traces(secret, form)) expect(told).not.toContain(trace)
      expect(told).toContain(HIDDEN)
      expect(told).toMatch(/^before .* after$/)
    }
  })
})

test('O4: a stream hides the same, whatever pieces it comes in, from 1 to 64 bytes', async () => {
  const lines = SECRETS.flatMap((secret, nth) => {
    const form = Object.values(FORMS)[nth % Object.keys(FORMS).length] ?? String
    return [`line ${nth}: ${form(secret)}`, 'an innocent line of a log '.repeat(20)]
  })
  const whole = `${lines.join('\n')}\nfare thee well`
  const wanted = scrubber.text(whole)
  expect(wanted).not.toBe(whole)
  const bytes = Buffer.from(whole)
  for (let size = 1; size <= 64; size += 1) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, nth) =>
      bytes.subarray(nth * size, (nth + 1) * size),
    )
    const told = await text(Readable.from(pieces).pipe(scrubber.stream()))
    expect(told === wanted, `in pieces of ${size}`).toBe(true)
  }
})

test('what nobody told it is hidden where it looks like a secret', () => {
  const token = randomBytes(32).toString('base64url')
  const cases: [string, string][] = [
    [
      '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg\nabc=\n-----END PRIVATE KEY-----',
      'MIGH',
    ],
    [JSON.stringify({ key: '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n' }), 'b3BlbnNzaC1rZXk'],
    ['postgres://app:s3cr%40et@db:5432/x failed', 's3cr%40et'],
    ['Authorization: Bearer abcDEF123456', 'abcDEF123456'],
    ['authorization: Basic b3BzOmh1bnRlcjI=', 'b3BzOmh1bnRlcjI'],
    [`cookie: __Host-latchkey_session=${token}; a=b`, token],
    [`set-cookie: latchkey_csrf=a.${token}.x; Path=/`, `a.${token}`],
    ['ops:$2y$05$abcdefghijklmnopqrstuuPkMwN0b1c2d3e4f5g6h7i8j9k0l1m2', 'abcdefghijklmnop'],
    ['$argon2id$v=19$m=65536,t=3,p=2$0RipmjxxzEcCB$r5TFMeVdpBqh', 'r5TFMeVdpBqh'],
    [`dop_v1_${'0a'.repeat(32)}`, '0a0a0a0a'],
    ['DO_API_TOKEN=whatever it is', 'whatever'],
    ['{"password":"correct horse"}', 'correct horse'],
    ['{\\"currentPassword\\": \\"correct horse\\"}', 'correct horse'],
    [`the link is #token=${token}`, token],
  ]
  for (const [line, secret] of cases) expect(openScrubber([]).text(line), line).not.toContain(secret)
})

test('what is evidence stays as it is', () => {
  const innocent = [
    `sha256:${'9f'.repeat(32)}`,
    '2f1a2efb86b041a98edb549326a8a8c923a52378',
    '5f0c7a52-2d3f-4a44-9d7e-3d6f6a1b9c01',
    'verify-0123456789abcdef01234567',
    '{"code":"RATE_LIMITED","requestId":"made-1","detail":"Asked too often."}',
    "content-security-policy: default-src 'self'; script-src 'self'",
    'basic authentication is wanted; the bearer of this letter is a friend',
    'http://localhost:8000/verify-email and https://example.com/?a=b',
    '2026-11-22T00:50:00.000Z  0001_people',
  ]
  for (const line of innocent) expect(openScrubber([]).text(line)).toBe(line)
})

test('a word that is a secret takes nothing out of the form of JSON', () => {
  const json = openScrubber(['true', '1234', 'null']).json({ a: true, b: 1234, c: null, d: 'is it true' })
  expect(JSON.parse(json)).toEqual({ a: true, b: 1234, c: null, d: `is it ${HIDDEN}` })
})

test('O4: what is learned later is hidden from then on, beside what was known', () => {
  const learning = openScrubber(['known-at-first'])
  expect(learning.text('learned-later')).toBe('learned-later')
  learning.learn(['learned-later'])
  expect(learning.text('known-at-first, learned-later')).toBe(`${HIDDEN}, ${HIDDEN}`)
})

test('one walk: ten times the text takes about ten times as long, with whatever is in it', () => {
  const took = (line: string, times: number): number => {
    const long = line.repeat(times)
    const startedAt = performance.now()
    scrubber.text(long)
    return performance.now() - startedAt
  }
  for (const line of [
    'aaaaaaaaaaaaaaaa',
    'A_SECRET',
    '://',
    '-----BEGIN ',
    '"password":"',
    '\\u0061',
    'basic ',
    `${SECRETS[0]?.slice(0, 20)}`,
  ]) {
    took(line, 1000)
    const short = Math.max(20, took(line, 2000))
    expect(took(line, 20_000), line).toBeLessThan(short * 60)
  }
})

describe('O4: every kind of artifact', async () => {
  const place = mkdtempSync(join(tmpdir(), 'latchkey-scrub-'))
  afterAll(() => rm(place, { recursive: true }))
  const folder = await openFolder(join(place, 'run'), scrubber)
  const KINDS: Record<string, (secret: string, file: string) => Promise<void>> = {
    'text.txt': (secret, file) => folder.write(file, `curl -u ops:${secret} https://x.example`),
    'facts.json': (secret, file) =>
      folder.write(file, { because: `it said ${secret}`, facts: { [secret]: [secret] } }),
    'page.html': (secret, file) => folder.write(file, `<pre>${escapeHtml(secret)}</pre>`),
    'log.txt': (secret, file) =>
      folder.pour(file, Readable.from([`{"msg":"${secret.slice(0, 5)}`, `${secret.slice(5)}"}\n`])),
    'traefik.yml': (secret, file) => folder.write(file, `basicAuth:\n  users: "ops:${secret}"\n`),
  }
  test.each(Object.keys(KINDS))('%s holds none of fifty, in any form', async (kind) => {
    const forms = Object.values(FORMS)
    for (const [nth, secret] of SECRETS.entries()) {
      const file = `meta/${nth}-${kind}`
      await KINDS[kind]?.(secret, file)
      const kept = await readFile(join(folder.path, file), 'utf8')
      for (const form of forms) for (const trace of traces(secret, form)) expect(kept).not.toContain(trace)
      expect(kept).toContain(HIDDEN)
    }
  })
})

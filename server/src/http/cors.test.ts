import { afterAll, describe, expect, test } from 'vitest'
import { type Answer, Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'

const FRIEND = 'https://friend.example'
const host = await openTestHost({ ALLOWED_ORIGINS: `${FRIEND}, https://second.example:8443` })
afterAll(() => host.close())
const stranger = new Browser(host.url)

const PATHS = ['/api/health', '/api/auth/csrf', '/api/trpc/health.get', '/api/nothing', '/api/auth/login']
const leaveIn = ({ headers }: Answer) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'))

/** What looks like a friend, or like us, and is neither. */
function mutationsOf(origin: string): string[] {
  const { protocol, host } = new URL(origin)
  const names = [
    `${host}.evil.example`,
    `evil-${host}`,
    `evil.${host}`,
    `x${host}`,
    `${host}x`,
    `${host}.`,
    `${host}:1`,
    `${host}:443x`,
    `${host}@evil.example`,
    `evil.example#${host}`,
    `evil.example/${host}`,
    `evil.example?${host}`,
    host.toUpperCase(),
    host.replace('e', '%65'),
    host.replaceAll('.', '%2e'),
    host.replace('.', ''),
    host.split('.').slice(1).join('.') || 'example',
    `[${host}]`,
    `user:pass@${host}`,
    `${host}\\evil.example`,
  ]
  const prefixes = [protocol, protocol === 'https:' ? 'http:' : 'https:', 'ftp:', 'file:', 'javascript:']
  return prefixes.flatMap((prefix) => names.map((name) => `${prefix}//${name}`))
}
const STRANGE = [
  ...[FRIEND, 'https://second.example:8443', host.deps.env.PUBLIC_URL].flatMap(mutationsOf),
  ...[
    'https://second.example',
    'http://second.example:8443',
    'https://evil.example',
    'null',
    '*',
    'https://',
  ],
  ...['', ' ', ',', `${FRIEND},`, `${FRIEND}/`, `${FRIEND}, ${FRIEND}`, `${FRIEND} https://evil.example`],
  ...Array.from(
    { length: 200 },
    (_, nth) => `https://friend${String.fromCharCode(33 + (nth % 90))}${nth}.example`,
  ),
].filter((origin) => new URL(FRIEND).origin !== origin)

describe('D6, D15: other origins', () => {
  test(`${STRANGE.length} origins that nobody named get no leave, and no cache mixes them up`, async () => {
    expect(STRANGE.length).toBeGreaterThanOrEqual(500)
    for (const [nth, origin] of STRANGE.entries()) {
      const answer = await stranger.get(PATHS[nth % PATHS.length] ?? '', { headers: { origin } })
      expect([origin, leaveIn(answer)]).toEqual([origin, []])
      expect(answer.headers.get('vary')).toMatch(/\bOrigin\b/)
    }
  })

  test('a preflight of theirs says nothing either', async () => {
    for (const origin of STRANGE.filter((_, nth) => nth % 10 === 0))
      for (const path of PATHS) {
        const headers = { origin, 'access-control-request-method': 'POST' }
        const answer = await stranger.send('OPTIONS', path, { headers })
        expect([origin, answer.status, leaveIn(answer)]).toEqual([origin, 204, []])
      }
  })

  test.each([FRIEND, 'https://second.example:8443'])(
    '%s, which is named, is let in by its own name',
    async (origin) => {
      for (const path of PATHS) {
        const { headers } = await stranger.get(path, { headers: { origin } })
        expect([
          headers.get('access-control-allow-origin'),
          headers.get('access-control-allow-credentials'),
        ]).toEqual([origin, 'true'])
        expect(headers.get('vary')).toMatch(/\bOrigin\b/)
      }
      const asked = {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-evil',
      }
      const preflight = await stranger.send('OPTIONS', '/api/auth/login', { headers: asked })
      expect(preflight.headers.get('access-control-allow-headers')).toBe(
        'Content-Type, X-CSRF-Token, X-Request-Id',
      )
    },
  )

  test('to read is not to write: a named origin needs to be trusted for that as well', async () => {
    const answer = await stranger.post(
      '/api/auth/login',
      { email: 'a@example.com', password: 'x' },
      { headers: { origin: FRIEND } },
    )
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('CSRF_FAILED')])
  })
})

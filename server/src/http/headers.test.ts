import { afterAll, expect, test } from 'vitest'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'

const KEYS = { TURNSTILE_SITE_KEY: 'a-site-key', TURNSTILE_SECRET_KEY: 'a-secret-key' }
const host = await openTestHost(KEYS)
const without = await openTestHost()
afterAll(() => Promise.all([host.close(), without.close()]))

const headersOf = async ({ url }: { url: string }, path: string) =>
  (await new Browser(url).get(path, { headers: { accept: 'text/html' } })).headers
const policyOf = async (at: { url: string }, path: string): Promise<string[]> =>
  ((await headersOf(at, path)).get('content-security-policy') ?? '').split(';')

const THEIRS = 'https://challenges.cloudflare.com'

test.each(['/', '/login', '/register', '/api/health', '/metrics', '/turnstile.html/', '/Turnstile.html'])(
  'D7: %s lets no other host in, and stands in nobody’s frame',
  async (path) => {
    expect((await policyOf(host, path)).join(';')).not.toContain('cloudflare')
    expect(await policyOf(host, path)).toContain("frame-ancestors 'none'")
    expect((await headersOf(host, path)).get('x-frame-options')).toBe('DENY')
  },
)

test('D7: the page of the check lets its host in, and stands in our own frame alone', async () => {
  const policy = await policyOf(host, '/turnstile.html')
  expect(policy).toContain(`script-src 'self' ${THEIRS}`)
  expect(policy).toContain(`frame-src ${THEIRS}`)
  expect(policy).toContain("frame-ancestors 'self'")
  expect(policy).toContain("connect-src 'self'")
  expect((await headersOf(host, '/turnstile.html')).get('x-frame-options')).toBe('SAMEORIGIN')
})

test('D7: where there are no keys it lets nobody in', async () => {
  expect(await policyOf(without, '/turnstile.html')).toEqual(await policyOf(without, '/login'))
})

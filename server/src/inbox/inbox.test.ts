import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keepWritten } from '@latchkey/db/outbox'
import type { EnvName } from '@latchkey/shared/env'
import { BRAND } from '@latchkey/shared/brand'
import { createApp } from '../app.ts'
import { Browser } from '../test/browser.ts'
import { openHostOn, openTestHost } from '../test/host.ts'

const host = await openTestHost({ ENV: 'local', PASSWORD_PROFILE: 'balanced' })
afterAll(() => host.close())
const { box } = host.deps
const { ownerDb } = host.town
const visit = (path: string, headers: Record<string, string> = {}) =>
  new Browser(host.url).get(path, { headers })
const PATHS = ['/dev/inbox', '/dev/inbox.js', '/dev/inbox.json']

type Written = { subject: string; text: string; html: string }
/** What the worker leaves in a row when there is no mail server. */
async function keep(to: string, createdAt: string, written: Written): Promise<string> {
  const id = randomUUID()
  await ownerDb
    .insertInto('emailOutbox')
    .values({
      id,
      letter: 'verify-email',
      body: 'not written yet',
      toAddress: to,
      userId: null,
      requestId: 'req-inbox',
      createdAt: new Date(createdAt),
    })
    .execute()
  await keepWritten(ownerDb, box, { id, written })
  return id
}

describe('an empty inbox', () => {
  test('says what to do next', async () => {
    const page = await visit('/dev/inbox')
    expect(page.status).toBe(200)
    expect(page.text).toContain('No mail yet')
    expect(page.text).toContain('<a href="/register">')
    expect((await visit('/dev/inbox.json')).body).toEqual([])
  })
})

test('whether letters leave as well is said as the settings have it', async () => {
  const sending = await openHostOn({ ...host.town.env, SMTP_HOST: 'mail.example' })
  expect((await visit('/dev/inbox')).text).toContain('None of it was sent.')
  const { text } = await new Browser(sending.url).get('/dev/inbox')
  expect(text).toContain('it is sent as well')
  expect(text).not.toContain('None of it was sent.')
  await sending.close()
})

describe('with mail', () => {
  const PLAIN: Written = {
    subject: 'Confirm your email address',
    text: 'Hello,\n\nopen http://localhost:8000/verify-email#token=a_B-1&x=2. Or (https://example.com/a).\njavascript:alert(1) ftp://example.com',
    html: '<!doctype html><p>Hello</p>',
  }
  const MARKUP: Written = {
    subject: '<img src=x onerror=alert(1)> "quoted" · A & B',
    text: '</pre><script>alert(2)</script> http://localhost/"><script>alert(3)</script>',
    html: '<p title="a">Hello <b>Eve</b></p><script>alert(4)</script>',
  }
  let older = ''
  let newer = ''
  beforeAll(async () => {
    newer = await keep('eve+"<i>"@example.com', '2026-11-21T10:00:02Z', MARKUP)
    older = await keep('ada@example.com', '2026-11-21T10:00:01Z', PLAIN)
    const queued = {
      id: randomUUID(),
      letter: 'verify-email',
      body: 'sealed',
      toAddress: 'queued@example.com',
      userId: null,
      requestId: 'req-inbox',
    } as const
    await ownerDb.insertInto('emailOutbox').values(queued).execute()
  })

  test('decision 35: the JSON has exactly these fields, newest first, and only what was kept', async () => {
    const answer = await visit('/dev/inbox.json')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.body).toStrictEqual([
      {
        id: newer,
        to: 'eve+"<i>"@example.com',
        ...MARKUP,
        createdAt: '2026-11-21T10:00:02.000Z',
        sentAt: null,
      },
      { id: older, to: 'ada@example.com', ...PLAIN, createdAt: '2026-11-21T10:00:01.000Z', sentAt: null },
    ])
    expect(Object.keys((answer.body as object[])[0] ?? {})).toEqual([
      'id',
      'to',
      'subject',
      'text',
      'html',
      'createdAt',
      'sentAt',
    ])
  })

  test('the page lists the same, newest first and open', async () => {
    const { text, headers } = await visit('/dev/inbox')
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(text).toContain(`<title>Local inbox · ${BRAND.name}</title>`)
    expect(text).toContain('2 letters, newest first')
    expect(text.indexOf('eve+')).toBeLessThan(text.indexOf('ada@example.com'))
    expect(text.match(/<details[^>]*>/g)).toEqual(['<details open>', '<details>'])
    expect(text).toContain('<time datetime="2026-11-21T10:00:02.000Z">')
  })

  test('markup in a name, a subject or an address stays text', async () => {
    const { text } = await visit('/dev/inbox')
    expect(text).toContain('<h3>&lt;img src=x onerror=alert(1)&gt; &quot;quoted&quot; · A &amp; B</h3>')
    expect(text).toContain('to eve+&quot;&lt;i&gt;&quot;@example.com')
    expect(text).toContain('<pre>&lt;/pre&gt;&lt;script&gt;alert(2)&lt;/script&gt; ')
    expect(text.match(/<script[^>]*>/g)).toEqual(['<script type="module" src="/dev/inbox.js">'])
    expect(tagsOf(text)).not.toContain('i')
    expect(text.replace(/="[^"]*"/g, '')).not.toMatch(/<[^>]*\son\w+/)
  })

  test('whoever asks again is told that nothing came, until something did', async () => {
    const tag = (await visit('/dev/inbox')).headers.get('etag') ?? ''
    const again = () => visit('/dev/inbox', { 'if-none-match': tag })
    const [first, minute] = [await again(), (await visit('/dev/inbox')).headers.get('etag') === tag]
    // The page says "a minute ago", so a minute that passes meanwhile is news too.
    if (minute) expect([first.status, first.text]).toEqual([304, ''])
    await keep('late@example.com', '2026-11-21T09:00:00Z', PLAIN)
    const later = await again()
    expect(later.status).toBe(200)
    expect(later.text).toContain('to late@example.com')
    await ownerDb.deleteFrom('emailOutbox').where('toAddress', '=', 'late@example.com').execute()
  })

  test('the page’s script is a file of ours', async () => {
    const script = await visit('/dev/inbox.js')
    expect(script.headers.get('content-type')).toMatch(/^text\/javascript/)
    expect(script.text).not.toMatch(/innerHTML|insertAdjacentHTML|eval\(/)
  })

  test('addresses of the web are links, in a new tab, and nothing else is', async () => {
    const { text } = await visit('/dev/inbox')
    const links = [
      ...text.matchAll(/<a href="([^"]*)" target="_blank" rel="noopener noreferrer">([^<]*)<\/a>/g),
    ]
    expect(links.map(([, href]) => href)).toEqual([
      'http://localhost/',
      'http://localhost:8000/verify-email#token=a_B-1&amp;x=2',
      'https://example.com/a',
    ])
    expect(links.every(([, href, shown]) => href === shown)).toBe(true)
    expect(text).toContain('x=2</a>. Or (<a ')
    expect(text).not.toMatch(/href="(javascript|ftp):/)
  })

  test('the letter itself is shown in a frame that runs nothing, under a policy that allows nothing', async () => {
    const { text, headers } = await visit('/dev/inbox')
    const frames = text.match(/<iframe[^>]*>/g) ?? []
    expect(frames).toHaveLength(2)
    expect(frames[0]).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"')
    expect(frames[0]).toContain(
      'srcdoc="&lt;!doctype html&gt;&lt;base target=&quot;_blank&quot;&gt;&lt;p title=&quot;a&quot;&gt;Hello &lt;b&gt;Eve&lt;/b&gt;&lt;/p&gt;&lt;script&gt;',
    )
    const titles = frames.map((frame) => /title="([^"]*)"/.exec(frame)?.[1])
    expect(new Set(titles).size).toBe(2)
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    )
  })
})

describe('who may look', () => {
  test.each(['test', 'staging', 'prod'] as EnvName[])('with ENV=%s there is no inbox', async (ENV) => {
    const other = await openOn({ ENV })
    for (const path of PATHS) expect((await other.get(path)).status).toBe(404)
    await other.close()
  })

  test.each(PATHS)('%s answers this machine only', async (path) => {
    for (const address of ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::7', '10.0.0.1']) {
      const other = await openOn({}, address)
      expect(await other.get(path)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
      await other.close()
    }
    const near = await openOn({}, '::1')
    expect((await near.get(path)).status).toBe(200)
    await near.close()
  })

  test.each(PATHS)('%s does not answer what a tunnel on this machine passes on', async (path) => {
    for (const header of ['x-forwarded-for', 'forwarded', 'x-forwarded-host', 'x-real-ip'])
      expect((await visit(path, { [header]: '127.0.0.1' })).status).toBe(404)
  })

  test.each(PATHS)('%s answers to our own names only', async (path) => {
    const asking = request(host.url + path, { headers: { host: 'rebound.example' } }).end()
    const [answer] = (await once(asking, 'response')) as [{ statusCode: number; resume(): void }]
    answer.resume()
    expect(answer.statusCode).toBe(421)
  })

  test.each(PATHS)('%s is for reading', async (path) => {
    const answer = await new Browser(host.url).send('POST', path)
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect((await visit(`${path}/`)).status).toBe(404)
    expect((await visit(path.toUpperCase())).status).toBe(404)
  })
})

const tagsOf = (html: string): (string | undefined)[] =>
  [...html.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, tag]) => tag)

/** The same town through another door: with other settings, or seen from another address. */
async function openOn(settings: { ENV?: EnvName }, address?: string) {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const app = createApp({ ...host.deps, env: { ...host.deps.env, PUBLIC_URL: url, ...settings } })
  server.on('request', (req, res) => {
    if (address) Object.defineProperty(req.socket, 'remoteAddress', { value: address, configurable: true })
    app(req, res)
  })
  return {
    get: (path: string) => new Browser(url).get(path),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { BRAND } from '@latchkey/shared/brand'
import { aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'
import { ROWS } from './rows.ts'
import { contract } from './test/contract.ts'
import { type FakeElement, fakeDocument } from './test/fake-dom.ts'

/** The page's own scripts on a small stand-in for a browser, against a real server. */
const host = await openTestHost()
const browser = new Browser(host.url)
const PAGE = new URL('./page/', import.meta.url)
const document = fakeDocument(readFileSync(new URL('docs.html', PAGE), 'utf8'))

beforeAll(async () => {
  vi.stubGlobal('document', document)
  vi.stubGlobal('location', { origin: host.url, hash: '#auth.login' })
  vi.stubGlobal('fetch', through(browser))
  await import(new URL('docs.js', PAGE).href)
})
afterAll(async () => {
  vi.unstubAllGlobals()
  await host.close()
})

const byId = (id: string) => document.getElementById(id) as FakeElement
const cardOf = (id: string) =>
  byId('content')
    .all('article')
    .find((card) => card.id === id) as FakeElement

describe('O6: the page shows the document', () => {
  test('its title is the name of the product, from the document', () => {
    expect([document.title, byId('title').textContent]).toEqual([`${BRAND.name} API`, `${BRAND.name} API`])
    expect(byId('facts').textContent).toContain('Version 0.1.0')
    expect(byId('waiting').textContent).toBe('')
  })

  test.each(ROWS)(
    '$method $path: what it is, where else, what it takes and answers, and how to call it',
    (row) => {
      const card = cardOf(row.procedure)
      expect(card.textContent).toContain(row.summary)
      if (row.also.length > 0) expect(card.textContent).toContain(`${row.path}Also at ${row.also.join(', ')}`)
      expect(card.all('option').map(({ textContent }) => textContent)).toEqual(
        row.also.length > 0 ? [row.path, ...row.also] : [],
      )
      expect(card.all('pre')[0]?.textContent).toContain(`${host.url}${row.path}`)
      expect(card.textContent).toMatch(/Answers20\d/)
      expect(card.textContent).toContain('HEADERS_TOO_LARGE')
      for (const field of Object.keys(row.example ?? {}))
        expect(card.all('table')[0]?.textContent).toContain(field)
      expect(
        byId('contents')
          .all('a')
          .map(({ attributes }) => attributes['href']),
      ).toContain(`#${row.procedure}`)
    },
  )

  test('every schema has its place, and every link on the page points to one that is there', () => {
    const ids = ['section', 'article', 'h2'].flatMap((tag) =>
      byId('content')
        .all(tag)
        .map(({ id }) => id),
    )
    for (const name of Object.keys((contract['components'] as { schemas: object }).schemas))
      expect(ids).toContain(`schema-${name}`)
    const links = [byId('content'), byId('contents')].flatMap((place) =>
      place.all('a').map(({ attributes }) => attributes['href'] ?? ''),
    )
    for (const link of new Set(links)) expect(ids.map((id) => `#${id}`)).toContain(link)
  })

  test('no two elements have one id, and every label has its field', () => {
    const tags = ['section', 'article', 'h2', 'h3', 'select', 'input', 'textarea']
    const ids = tags
      .flatMap((tag) =>
        byId('content')
          .all(tag)
          .map(({ id }) => id),
      )
      .filter(Boolean)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
    for (const label of byId('content').all('label')) expect(ids).toContain(label.attributes['for'])
  })

  test('a query is asked for by name', () => {
    expect(cardOf('audit.mine').all('table')[0]?.textContent).toContain('before')
    expect(cardOf('audit.mine').all('input')[0]?.attributes['placeholder']).toBe('before=…&limit=…')
  })
})

describe('O6: "Try it" sends the request from the browser', () => {
  async function send(
    id: string,
    fill: { path?: string; query?: string; body?: string } = {},
  ): Promise<string> {
    const card = cardOf(id)
    const [select, input, area] = ['select', 'input', 'textarea'].map((tag) => card.all(tag)[0])
    if (fill.path && select) select.value = fill.path
    if (fill.query && input) input.value = fill.query
    if (fill.body && area) area.value = fill.body
    await card.all('form')[0]?.listeners['submit']?.({ preventDefault: () => undefined })
    return card.all('output')[0]?.textContent ?? ''
  }

  test('a read without a session shows the error and its id', async () => {
    expect(await send('user.me')).toMatch(
      /^401 Unauthorized in \d+ ms.*x-request-id[\w-]{36}.*"code": "UNAUTHENTICATED"/s,
    )
  })

  test('a write fetches its CSRF token, by any of its paths, and the cookies stay', async () => {
    const { email } = await aUser(host)
    const told = await send('auth.login', {
      path: '/v1/auth/login',
      body: JSON.stringify({ email, password: PASSWORD }),
    })
    expect(told).toContain(`"email": "${email}"`)
    expect(await send('user.me')).toContain(`"email": "${email}"`)
    expect(await send('audit.mine', { query: 'limit=1' })).toContain('"action": "user.login"')
    expect(await send('audit.mine', { query: 'limit=none' })).toMatch(/^422/)
    expect(await send('auth.logout')).toMatch(/^200 OK.*clear-site-data"cache".*"ok": true/s)
    expect(await send('user.me')).toMatch(/^401/)
  })

  test('what is typed is sent as it is, JSON or not', async () => {
    expect(await send('auth.register', { body: '{"email":' })).toMatch(/^400 .*MALFORMED_BODY/s)
    expect(await send('auth.register', { body: '{}' })).toMatch(/^422 .*"email": "This is needed."/s)
  })

  test('no answer is said so', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')))
    expect(await send('health.get')).toBe('There was no answer. Is the server running?')
    vi.stubGlobal('fetch', through(browser))
    expect(await send('health.get')).toMatch(/^200 OK/)
  })
})

/** A page's `fetch`: relative addresses, and the browser's own jar. What the jar itself sends goes out as ever. */
const really = globalThis.fetch
const through =
  (visitor: Browser): typeof fetch =>
  async (address, init = {}) => {
    if (typeof address !== 'string' || !address.startsWith('/')) return really(address, init)
    const { method = 'GET', headers, body } = init
    const answer = await visitor.send(method, address, {
      headers: Object.fromEntries(new Headers(headers)),
      ...(typeof body === 'string' && { body }),
    })
    const statusText = WORDS[answer.status] ?? ''
    return new Response(answer.text, { status: answer.status, statusText, headers: answer.headers })
  }
const WORDS: Record<number, string> = { 200: 'OK', 401: 'Unauthorized' }

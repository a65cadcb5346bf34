import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { BRAND } from '@latchkey/shared/brand'
import { Browser } from '../test/browser.ts'
import { openHostOn, openTestHost } from '../test/host.ts'
import { openApiDocument } from './openapi.ts'
import { ROWS } from './rows.ts'

const host = await openTestHost()
const prod = await openHostOn({ ...host.town.env, ENV: 'prod', COOKIE_SECURE: true })
afterAll(() => Promise.all([prod.close(), host.close()]))
const here = new Browser(host.url)
const there = new Browser(prod.deps.env.PUBLIC_URL)

const PAGE = new URL('./page/', import.meta.url)
const files = readdirSync(PAGE)
const sourceOf = (file: string) => readFileSync(new URL(file, PAGE), 'utf8')
const addressOf = (file: string) => (file === 'docs.html' ? '/docs' : `/docs/${file}`)
const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

describe('O5: the document', () => {
  test.each(['/api/openapi.json', '/openapi.json'])('%s says what the rows and schemas say', async (path) => {
    const answer = await here.get(path)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'application/json; charset=utf-8',
    ])
    expect(answer.body).toEqual(JSON.parse(JSON.stringify(openApiDocument({ COOKIE_SECURE: false }))))
  })

  test('it is served in prod too, with the cookies as they are called there', async () => {
    const { status, text } = await there.get('/api/openapi.json')
    expect(status).toBe(200)
    expect(text).toContain('"__Host-latchkey_session"')
  })
})

describe('O6: the page', () => {
  test.each(files)('%s is served, and not in prod', async (file) => {
    const answer = await here.get(addressOf(file))
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      TYPES[file.split('.').at(-1) ?? ''],
    ])
    expect(answer.text).toBe(sourceOf(file))
    expect((await there.get(addressOf(file))).status).toBe(404)
  })

  test('it stands under the policy of every other page', async () => {
    const policy = (answer: { headers: Headers }) => answer.headers.get('content-security-policy')
    expect(policy(await here.get('/docs'))).toBe(policy(await here.get('/api/health')))
    expect(policy(await here.get('/docs'))).toMatch(/^default-src 'self';/)
  })

  test('it asks for nothing that is not served here', async () => {
    const html = sourceOf('docs.html')
    const asked = [
      ...[...html.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, address = '']) => address),
      ...files.flatMap((file) =>
        [...sourceOf(file).matchAll(/from '\.\/([^']+)'/g)].map(([, name = '']) => addressOf(name)),
      ),
    ]
    expect(asked).toContain('/docs/docs.js')
    for (const address of new Set(asked))
      expect([address, (await here.get(address)).status]).toEqual([address, 200])
  })

  test.each(files)('%s names no other host, runs nothing inline and parses no HTML', (file) => {
    const source = sourceOf(file).replace('http://www.w3.org/2000/svg', '')
    expect(source).not.toMatch(/\/\/[a-z0-9-]+\.[a-z]/i)
    expect(source).not.toMatch(/<style|<script(?! type="module" src)|\sstyle=|\son[a-z]+="/)
    expect(source).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/)
    expect(source).not.toContain(BRAND.name)
  })

  test('no path of the document is lost on the page, and aliases stand with their own', async () => {
    const { groupsOf } = (await import(new URL('operations.js', PAGE).href)) as { groupsOf: GroupsOf }
    const document = JSON.parse(JSON.stringify(openApiDocument({ COOKIE_SECURE: false }))) as object
    const shown = [...groupsOf(document).values()]
      .flat()
      .map(({ method, path, also }) => ({ method, path, also }))
    const wanted = ROWS.map(({ method, path, also }) => ({
      method: method.toUpperCase(),
      path,
      also: [...also],
    }))
    expect(shown).toHaveLength(wanted.length)
    expect(shown).toEqual(expect.arrayContaining(wanted))
  })
})

type GroupsOf = (document: object) => Map<string, { method: string; path: string; also: string[] }[]>

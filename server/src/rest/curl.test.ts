import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { insertPerson } from '@latchkey/db/users'
import { DEMO_ACCOUNTS } from '@latchkey/shared/demo'
import { openTestHost } from '../test/host.ts'
import { openApiDocument } from './openapi.ts'

/** What we tell people to paste is pasted here: into a real shell, against a real server. */
const host = await openTestHost()
afterAll(() => host.close())
for (const { email, displayName, passwordHash } of DEMO_ACCOUNTS)
  await host.deps.db
    .transaction()
    .execute((trx) => insertPerson(trx, { email, displayName, passwordHash, roles: [] }))

let folder = ''
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'paste-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function paste(lines: string): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: folder }
  const { stdout, stderr } = await promisify(execFile)('sh', ['-eu', '-c', lines], { cwd: folder, env })
  expect(stderr).toBe('')
  return stdout
}

const noCurl = spawnSync('curl', ['--version']).status !== 0 && 'curl is not installed'

describe('decision 38: a program signs in with two calls', () => {
  const doc = readFileSync(new URL('../../../docs/REST.md', import.meta.url), 'utf8')
  const blocks = [...doc.matchAll(/```sh\n([^]*?)```/g)].map(([, lines = '']) => lines)

  test('docs/REST.md shows it, and it works when pasted', async ({ skip }) => {
    if (noCurl) skip(noCurl)
    expect(blocks).toHaveLength(2)
    const said = await paste(blocks.join('\n').replace('http://localhost:8000', host.url))
    const answers = JSON.parse(`[${said.replaceAll('}{', '},{')}]`) as unknown[]
    expect(answers).toMatchObject([
      { csrfToken: expect.stringMatching(/^a\./) as unknown },
      { user: { email: 'uma@example.com' } },
      { email: 'uma@example.com' },
      { ok: true },
    ])
  })

  test('so do the lines on the page of the API', async ({ skip }) => {
    if (noCurl) skip(noCurl)
    const { curlOf, CSRF_FUNCTION } = await onPage('curl.js')
    const { groupsOf } = await onPage('operations.js')
    const api = JSON.parse(JSON.stringify(openApiDocument({ COOKIE_SECURE: false }))) as object
    const operations = new Map([...groupsOf(api).values()].flat().map((one) => [one.operationId, one]))
    const lines = ['auth.csrf', 'auth.login', 'user.me', 'auth.logout', 'health.get'].map((id) => {
      const operation = operations.get(id)
      if (!operation) throw new Error(`the page has no ${id}`)
      return curlOf(operation, host.url)
    })
    const said = await paste([CSRF_FUNCTION, ...lines].join('\n'))
    const answers = JSON.parse(`[${said.replaceAll('}{', '},{')}]`) as unknown[]
    expect(answers).toMatchObject([
      { csrfToken: expect.any(String) as unknown },
      { user: { email: 'uma@example.com' } },
      { email: 'uma@example.com' },
      { ok: true },
      { ok: true, db_ok: true },
    ])
  })

  test('a body reaches the shell as one word, whatever it holds', async () => {
    const { quoted } = await onPage('curl.js')
    for (const text of [`it's`, `'`, `"$HOME" \`id\` \\ !`, 'two\nlines', `''''`])
      expect(await paste(`printf %s ${quoted(text)}`)).toBe(text)
  })
})

type Operation = { operationId: string }
type Page = {
  CSRF_FUNCTION: string
  curlOf(operation: Operation, origin: string): string
  quoted(text: string): string
  groupsOf(api: object): Map<string, Operation[]>
}
/** The page's scripts are plain JavaScript for the browser; those without a DOM run here as well. */
const onPage = (file: string) => import(new URL(`./page/${file}`, import.meta.url).href) as Promise<Page>

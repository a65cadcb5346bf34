import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { SAMPLE_SETTINGS } from '../edge/samples.ts'
import { ROOT } from '../launch/places.mjs'

const folder = mkdtempSync(join(tmpdir(), 'edge-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const settings = join(folder, 'edge.json')
writeFileSync(settings, JSON.stringify(SAMPLE_SETTINGS.prod))
const broken = join(folder, 'broken.json')
writeFileSync(broken, '{"env":"prod"}')

type Ran = { code: number; stdout: string }
const edge = async (...words: string[]): Promise<Ran> => {
  try {
    return {
      code: 0,
      ...(await promisify(execFile)(process.execPath, ['ops/edge.ts', ...words], { cwd: ROOT })),
    }
  } catch (error) {
    return error as Ran
  }
}

test('it says what becomes of a request, in words and as JSON', async () => {
  const ask = ['--settings', settings, '--ask']
  expect((await edge(...ask, 'GET https://example.com/metrics')).stdout).toBe(
    'inside > security-headers > csp > refuse: 404, refused by refuse\n',
  )
  expect((await edge(...ask, 'POST https://example.com/api/auth/login')).stdout).toBe(
    'api > drop-claims > security-headers > csp > rate-limit > body-limit > app (http://server-a:8000, http://server-b:8000)\n',
  )
  const { stdout } = await edge(...ask, 'GET http://example.com/login', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'redirect', status: 301, to: 'https://example.com/login' })
})

test('it writes the files, and says which secrets belong to them', async () => {
  const to = join(folder, 'rendered')
  const { code, stdout } = await edge('--settings', settings, '--write', to, '--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual({
    written: expect.arrayContaining(['traefik.yml', 'dynamic/routers.yml']) as string[],
    secrets: ['admin_basic_auth'],
  })
  expect(readdirSync(to).sort()).toEqual(['dynamic', 'traefik.yml'])
})

test.each([
  [['--help'], 0, 'usage: npm run edge -- [flags]'],
  [[], 1, 'Next: --settings FILE, or --sample local|staging|prod'],
  [['--sample', 'prod'], 1, 'Next: npm run edge -- --help'],
  [['--settings', broken, '--ask', 'GET http://a/'], 1, 'holds no settings of an edge'],
  [['--settings', 'none.json', '--ask', 'GET http://a/'], 1, 'holds no settings of an edge'],
  [['--settings', settings, '--typed-host', 'example.net', '--write', folder], 1, 'is not WEBSITE_DOMAIN'],
  [['--sample', 'staging', '--typed-host', 'staging.example.com', '--write', folder], 1, 'ENV is staging'],
  [['--insecure'], 1, 'Next: npm run edge -- --help'],
])('%j ends with %i and says what comes next', async (words, code, says) => {
  const ran = await edge(...words)
  expect([ran.code, ran.stdout]).toEqual([code, expect.stringContaining(says)])
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, expect, test } from 'vitest'
import { reportSchema } from '../../report/schema.ts'
import { openPretend } from './pretend-product.ts'
import { aPlace } from './run-folder.ts'

const pretend = await openPretend()
afterAll(() => pretend.close())

/** As somebody types it. The pretended product has no database to lend, so nobody is made. */
async function verify(...words: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../verify.ts'), ...words], {
    env: { ...process.env, DATA_DIR: aPlace(), SMTP_PASS: 'the-very-secret-one', ENV: 'local' },
  })
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ])
  return { code, out, err }
}
/** By its address, as from somewhere else: none of the hands of this machine are lent. */
const there = () => ['--url', pretend.origin, '--resolve', '127.0.0.1', '--samples', '2']

test('R29: --json says the report and nothing else, and the same lies in the run folder', async () => {
  const out = aPlace()
  const said = await verify(...there(), '--out', out, '--json')
  const report = reportSchema.parse(JSON.parse(said.out))
  expect([said.code, said.err, report.success]).toEqual([0, '', true])
  const [run = ''] = readdirSync(out)
  expect(run).toMatch(/^localhost-\d+-\d{8}T\d{6}Z$/)
  expect(JSON.parse(readFileSync(join(out, run, 'meta/post-deploy-report.json'), 'utf8'))).toEqual(report)
  expect(readFileSync(join(out, run, 'meta/report.html'), 'utf8')).toContain('It holds')
})

test('R29: a line for each probe, what failed with what is next, and a code that says so', async () => {
  pretend.fault = (said, { path }) =>
    path === '/'
      ? {
          ...said,
          body: 'SMTP_PASS=the-very-secret-one',
          headers: { ...said.headers, 'x-powered-by': 'the-very-secret-one' },
        }
      : said
  const out = aPlace()
  const { code, out: told } = await verify(...there(), '--out', out)
  pretend.fault = (said) => said
  expect(code).toBe(1)
  expect(told).toMatch(/^✗ FAIL +smoke +\/ answered 200 without the app’s shell/m)
  expect(told).toMatch(/^✓ pass +healthTimings/m)
  expect(told).toMatch(/^· not checked +tlsAcmeGuard/m)
  expect(told).toMatch(/\n {2}Next: open the address in a browser/)
  expect(told).toMatch(/It does not hold: \d+ passed, 2 failed, \d+ not checked/)
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(files.length).toBeGreaterThan(20)
  for (const { parentPath, name } of files)
    expect(readFileSync(join(parentPath, name), 'utf8'), name).not.toContain('the-very-secret-one')
})

test('R29: --strict does not let pass what was not checked', async () => {
  const { code, out } = await verify(...there(), '--out', aPlace(), '--strict', '--json')
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject({ success: false, failures: [] })
})

test('R29, R15: --folder judges what an earlier run has left', async () => {
  const out = aPlace()
  await verify(...there(), '--out', out, '--json')
  const folder = join(out, readdirSync(out)[0] ?? '')
  const judge = async () => {
    const { code, out: told } = await verify('--folder', folder, '--json')
    return { code, report: reportSchema.parse(JSON.parse(told)) }
  }
  const first = await judge()
  expect([first.code, first.report.failures]).toEqual([0, []])
  expect(first.report).toMatchObject({
    mode: 'folder',
    site: { url: pretend.origin },
    smoke: { verdict: 'pass' },
  })

  const spoilt = JSON.parse(readFileSync(join(folder, 'api/openapi.json'), 'utf8')) as {
    paths: Record<string, unknown>
  }
  delete spoilt.paths['/v1/auth/me']
  writeFileSync(join(folder, 'api/openapi.json'), JSON.stringify(spoilt))
  writeFileSync(join(folder, 'meta/smoke.json'), '{"verdict":"pass"')
  writeFileSync(join(folder, 'meta/post-deploy-report.json'), '{}')
  rmSync(join(folder, 'api/openapi-validation.json'))
  const second = await judge()
  expect(second.code).toBe(1)
  expect(second.report.failures.map(({ name }) => name)).toEqual([
    'report',
    'smoke',
    'openApiContractCheck',
    'artifactCompletenessCheck',
  ])
  expect(second.report.artifactCompletenessCheck.because).toContain('api/openapi-validation.json is missing')
})

test.each([
  [['--url', 'ftp://example.com'], /--url ftp:\/\/example\.com is not an http or https address\.\nNext: /],
  [['--resolve', 'example.com'], /--resolve example\.com is not an address\.\nNext: /],
  [['--samples', '0'], /not a number from 1 to 1000\.\nNext: /],
  [['--mutating', '--read-only'], /one or the other\.\nNext: /],
  [['--folder', '/nowhere/at/all'], /is no run folder\.\nNext: /],
  [['--signers', '/nowhere'], /about the report of a --folder\.\nNext: /],
  [['--folder', '/', '--signers', '/nowhere/at/all'], /\/nowhere\/at\/all is not there\.\nNext: /],
  [['--nonsense'], /--nonsense.*\nNext: npm run verify -- --help/],
])('what is not understood is said, with what to type: %j', async (words, said) => {
  const place = aPlace()
  const { code, out } = await verify(...words, '--out', place)
  expect(code).toBe(1)
  expect(out).toMatch(said)
  expect(readdirSync(place), 'and no run folder is made').toEqual([])
  expect(out).not.toContain('    at ')
})

test.each([
  [['--url', 'ftp://example.com'], /not an http or https address/],
  [['--nonsense'], /--nonsense/],
])('where there is no report, whoever reads one as JSON hears why: %j', async (words, because) => {
  const { code, out, err } = await verify('--json', ...words)
  expect([code, JSON.parse(out)]).toEqual([
    1,
    { success: false, error: expect.stringMatching(because) as unknown },
  ])
  expect(err).toMatch(because)
})

test('--help has every flag', async () => {
  const { code, out } = await verify('--help')
  expect(code).toBe(0)
  for (const flag of [
    '--url',
    '--folder',
    '--signers',
    '--json',
    '--resolve',
    '--admin-host',
    '--mutating',
    '--read-only',
    '--limits',
    '--out',
    '--strict',
    '--timestamped',
  ])
    expect(out).toContain(flag)
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { COMPLETENESS } from '../../probes/completeness.ts'
import { fail, notChecked, pass } from '../../probes/finding.ts'
import { blockOf, FILES, PROBES, unasked } from '../../probes.ts'
import { pageOf } from '../../report/page.ts'
import { publishedSchema, SCHEMA_FILE } from '../../report/published-schema.ts'
import { type Blocks, reportOf } from '../../report/report.ts'
import { BLOCKS, type BlockName, type Report, reportSchema } from '../../report/schema.ts'
import { lineOf, summaryOf } from '../../verify/words.ts'

const ASKED = [...PROBES, COMPLETENESS]
const about = {
  mode: 'verify',
  strict: false,
  site: { url: 'https://example.com', address: null },
  commit: 'abc',
  versions: { product: '0.1.0', node: '24' },
  startedAt: new Date('2026-11-22T00:50:00Z'),
  finishedAt: new Date('2026-11-22T00:50:09Z'),
} as const
const HELD = pass('It is as it should be.')

const blocksWith = (findings: Partial<Record<BlockName, ReturnType<typeof pass>>> = {}): Blocks =>
  Object.fromEntries(
    ASKED.map((probe) => [
      probe.name,
      blockOf(probe, findings[probe.name] ?? HELD, { tookMs: 5, requestIds: ['made-1'] }),
    ]),
  ) as Blocks

test('O9, R12: the published schema is the one that reports are held to (else: node ops/report/write-schema.ts)', () => {
  expect(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8'))).toEqual(JSON.parse(publishedSchema()))
})

test('O9: others read a report with the published schema, and a block that is missing or new is noticed', () => {
  const published = z.fromJSONSchema(
    JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')) as Parameters<typeof z.fromJSONSchema>[0],
  )
  const report = reportOf(blocksWith(), about)
  expect(published.safeParse(report)).toMatchObject({ success: true })
  const { smoke: _, ...without } = report
  for (const wrong of [
    without,
    { ...report, extra: 1 },
    { ...report, schemaVersion: 3 },
    { ...report, smoke: { ...report.smoke, verdict: 'maybe' } },
  ]) {
    expect(published.safeParse(wrong).success).toBe(false)
    expect(reportSchema.safeParse(wrong).success).toBe(false)
  }
})

test('R12: the names that were promised stay, each asked by one probe with a file of its own', () => {
  expect(BLOCKS).toEqual(
    expect.arrayContaining([
      'openApiContractCheck',
      'guardedEndpointsCheck',
      'artifactCompletenessCheck',
      'jobs',
      'adminHostPathGuard',
      'tlsAcmeGuard',
      'healthTimings',
      'loginTimings',
      'signupToDashboardTimings',
      'healthContractCheck',
      'securityHeaders',
      'requestIdLogPropagation',
      'schemaCompatCheck',
      'smoke',
    ]),
  )
  expect(ASKED.map(({ name }) => name)).toEqual(BLOCKS)
  const files = ASKED.map(({ file }) => file)
  expect(new Set(files).size).toBe(files.length)
  expect(files).toEqual(
    expect.arrayContaining([
      'api/openapi-contract-check.json',
      'meta/guarded-endpoints.json',
      'meta/admin-host-path-guard.json',
      'meta/tls-acme-guard.json',
      'meta/health-timings.json',
      'meta/login-timings.json',
      'meta/signup-to-dashboard-timings.json',
      'meta/health-contract-check.json',
      'meta/security-headers.json',
      'meta/request-id-log-propagation.json',
      'db/schema-compat-check.json',
    ]),
  )
  expect(FILES).toEqual(expect.arrayContaining(files))
})

test('what failed fails the run and says what is next; what was not checked does so only in a strict one', () => {
  const report = reportOf(blocksWith({ smoke: fail('/ answered 500.') }), about)
  expect(report).toMatchObject({ success: false, failures: [{ name: 'smoke', because: '/ answered 500.' }] })
  expect(report.failures[0]?.next).toBe(report.smoke.next)
  const open = blocksWith({ openPorts: notChecked('Needs a host.') })
  expect(reportOf(open, about)).toMatchObject({ success: true, notChecked: [{ name: 'openPorts' }] })
  expect(reportOf(open, { ...about, strict: true })).toMatchObject({ success: false, failures: [] })
})

test('a deploy tells its own part, and what failed before there was anything to ask', () => {
  const deploy: NonNullable<Report['deploy']> = {
    environment: 'staging',
    branch: 'main',
    reason: 'an environment resolves',
    release: { commit: 'abc', image: 'latchkey:abc', digest: null },
    previous: null,
    migrations: { before: '0008_a', after: '0009_b' },
    configFingerprint: 'f00',
    engine: { docker: '28.0.0', compose: null },
    backup: null,
    steps: [{ name: 'migrate', verdict: 'fail', because: 'no route', tookMs: 12 }],
    rollback: { decision: 'done', because: 'migrate failed' },
    logExcerpt: 'the last line <b>of the log</b>',
  }
  // By the name of the part itself, which is no question.
  const failures = [{ name: 'deploy', because: 'no route', next: 'npm run migrate -- status' }]
  const by = { operator: 'ada', host: 'desk', message: 'why <i>not</i>' }
  const report = reportOf(blocksWith(), { ...about, mode: 'update-only', failures, deploy, by })
  expect(reportSchema.parse(report)).toEqual(report)
  expect(report.success).toBe(false)
  const page = pageOf(report)
  for (const told of ['no route', 'migrate failed', '0009_b', 'the last line &lt;b&gt;', 'f00'])
    expect(page).toContain(told)
  expect(page).toContain('<dd>ada on desk: why &lt;i&gt;not&lt;/i&gt;</dd>')
  expect(page).toContain('<dd>28.0.0, compose not known</dd>')
})

test('R32: a run that ended before there was anything to ask has a report with every block', () => {
  const failures = [{ name: 'connect', because: 'no route to the host', next: 'try ssh by hand' }]
  const report = reportOf(unasked('The host could not be reached.'), { ...about, mode: 'full', failures })
  expect(reportSchema.parse(report)).toEqual(report)
  expect(report.notChecked).toHaveLength(BLOCKS.length)
  expect(report.failures).toEqual(failures)
  const stale = { success: true, ...about, failures }
  expect(reportOf(report, stale).success, 'told anew').toBe(false)
  expect(reportOf(report, { ...about, mode: 'rollback', strict: true })).toMatchObject({
    mode: 'rollback',
    failures: [],
  })
})

const HOSTILE = `"><img src=x onerror=alert(1)>'</style></script><script>alert(2)</script>&`

test('the page says everything a hostile host says as text, fetches nothing and runs nothing', () => {
  const hostile = { ...fail(HOSTILE, { [HOSTILE]: [HOSTILE] }, { timings: { [HOSTILE]: 1 } }) }
  const blocks = blocksWith(
    Object.fromEntries(
      BLOCKS.map((name, nth) => [name, nth % 2 ? hostile : { ...hostile, verdict: 'pass' as const }]),
    ),
  )
  blocks.smoke.requestIds = [HOSTILE]
  const page = pageOf(
    reportOf(blocks, {
      ...about,
      site: { url: `https://example.com/${HOSTILE}`, address: HOSTILE },
      commit: HOSTILE,
      versions: { product: HOSTILE, node: HOSTILE },
      failures: [{ name: HOSTILE, because: HOSTILE, next: HOSTILE }],
    }),
  )
  const tags = new Set([...page.matchAll(/<\/?([a-z][a-z0-9]*)\b[^>]*>/gi)].map(([tag]) => tag))
  const names = new Set([...tags].map((tag) => /[a-z][a-z0-9]*/i.exec(tag)?.[0].toLowerCase()))
  for (const name of ['script', 'img', 'link', 'iframe', 'object', 'base', 'form', 'a', 'embed', 'video'])
    expect(names, name).not.toContain(name)
  expect([...tags].filter((tag) => /\s(?:src|href|style|on\w+)\s*=/i.test(tag))).toEqual([])
  expect(/@import|url\(/i.test(page)).toBe(false)
  expect(page.includes("default-src 'none'; style-src 'unsafe-inline'")).toBe(true)
  expect([...page.matchAll(/<\/style>/g)]).toHaveLength(1)
})

test('the page has what failed first, with what to do next, and every verdict as a word and a shape', () => {
  const page = pageOf(
    reportOf(
      blocksWith({ limits: fail('Nobody had to wait.'), openPorts: notChecked('Needs a host.') }),
      about,
    ),
  )
  const places = [
    'It does not hold',
    'What failed',
    'Nobody had to wait.',
    'Not checked',
    'Needs a host.',
    'Held',
  ]
  const found = places.map((words) => page.indexOf(words, page.indexOf('<h1>')))
  expect(found.every((place) => place > 0)).toBe(true)
  expect(found.toSorted((a, b) => a - b)).toEqual([...found].sort((a, b) => a - b))
  expect(page.indexOf('What failed')).toBeLessThan(page.indexOf('<h2>Held'))
  expect(page).toMatch(/<b>Next<\/b>look at RATE_LIMITS/)
  for (const [word, shape] of [
    ['Passed', '<circle'],
    ['Failed', '<path d="M8 1.6'],
    ['Not checked', 'stroke-dasharray'],
  ] as const)
    expect(page).toMatch(new RegExp(`${shape}[^]{0,120}</svg>${word}`))
})

test('docs/VERIFY.md has a line for every question, with its file, and every flag', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/VERIFY.md'), 'utf8')
  const told = [...page.matchAll(/^\| `(\w+)` +\| .+? \| `([\w./-]+)` +\| /gm)].map(([, name, file]) => ({
    name,
    file,
  }))
  expect(told).toEqual(ASKED.map(({ name, file }) => ({ name, file })))
  for (const file of FILES) expect(page).toContain(`\`${file}\``)
})

test('the terminal shows what a server has said as letters, in one line', () => {
  const block = blockOf(ASKED[0]!, fail('it said \u001b[2Jhello\nthere\u0007'), { tookMs: 1 })
  expect(lineOf('smoke', block)).toBe('✗ FAIL         smoke                      it said  [2Jhello there ')
  const failures = [{ name: 'a\u001b]0;b', because: 'c\u001b[2J', next: 'd\u001b[8me\n✓ It holds' }]
  const told = summaryOf(reportOf(blocksWith(), { ...about, failures }))
  expect(told).toMatch(/^\n✗ a \]0;b: c \[2J\n {2}Next: d \[8me ✓ It holds\n\nIt does not hold/)
})

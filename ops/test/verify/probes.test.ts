import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openRunFolder, type RunFolder } from '../../artifacts.ts'
import type { Ran } from '../../deeds/run.ts'
import type { Hands } from '../../probes/hands.ts'
import { openSite } from '../../probes/site.ts'
import { BLOCKS, type BlockName, type Report, reportSchema } from '../../report/schema.ts'
import { openScrubber } from '../../scrub.ts'
import { verify } from '../../verify/story.ts'
import { contract, type Fault, openPretend, type Said } from './pretend-product.ts'
import { aPlace } from './run-folder.ts'

const pretend = await openPretend()
afterAll(() => pretend.close())
beforeEach(() => {
  pretend.forget()
  pretend.fault = (said) => said
  pretend.toolFault = (_words, ran) => ran
})

async function evidenceOf(hands: Partial<Hands> = {}): Promise<Report> {
  const site = openSite({ origin: pretend.origin, address: '127.0.0.1' })
  const folder = await openRunFolder({
    base: aPlace(),
    host: 'pretend',
    timestamped: true,
    scrubber: openScrubber([]),
  })
  const all = { ...pretend.hands, ...hands }
  const about = { mode: 'verify', strict: false, commit: null } as const
  try {
    return await verify({ site, hands: all, folder, about, samples: 3 })
  } finally {
    site.close()
  }
}

const verdicts = (report: Report) =>
  Object.fromEntries(BLOCKS.map((name) => [name, report[name].verdict])) as Record<BlockName, string>

/** What only an edge or a deployed host can show. */
const NEEDS_MORE = ['adminHostPathGuard', 'openPorts', 'portsAndRoutes', 'tlsAcmeGuard', 'mail']

test('R12: what behaves well holds, and what only an edge can show is not checked', async () => {
  const report = await evidenceOf()
  expect(report.failures).toEqual([])
  expect(report.success).toBe(true)
  expect(report.notChecked.map(({ name }) => name)).toEqual(NEEDS_MORE)
  expect(reportSchema.parse(report)).toEqual(report)
  expect(pretend.people.size, 'nobody is left behind').toBe(0)
})

const at =
  (path: string, change: (said: Said) => Partial<Said>): Fault =>
  (said, asked) =>
    asked.path === path ? { ...said, ...change(said) } : said
const without = (path: string, name: string): Fault =>
  at(path, ({ headers }) => ({ headers: { ...headers, [name]: [] } }))
const withHeader = (path: string, name: string, value: string): Fault =>
  at(path, ({ headers }) => ({ headers: { ...headers, [name]: value } }))
const answers = (path: string, status: number): Fault => at(path, () => ({ status }))
const health = (change: object): Fault =>
  at('/api/health', ({ body }) => ({ body: { ...(body as object), ...change } }))
const document = (change: (copy: typeof contract) => void): Fault =>
  at('/api/openapi.json', () => {
    const copy = structuredClone(contract)
    change(copy)
    return { body: copy }
  })
const pathsOf = (copy: typeof contract) => copy['paths'] as Record<string, unknown>

/** One thing is spoiled; the report names it, and nothing that has nothing to do with it. */
const FAULTS: [what: string, fault: Fault, name: BlockName, because: RegExp, also?: BlockName[]][] = [
  ['the page is gone', answers('/', 404), 'smoke', /\/ answered 404/, []],
  [
    'the shell is another page',
    at('/', () => ({ body: '<h1>Welcome to nginx</h1>' })),
    'smoke',
    /without the app’s shell/,
  ],
  ['a script of the page is gone', answers('/assets/a.js', 404), 'smoke', /a\.js: answered 404/],
  [
    'a script is the page again',
    withHeader('/assets/a.js', 'content-type', 'text/html'),
    'smoke',
    /is a page/,
  ],
  ['a style is empty', at('/assets/a.css', () => ({ body: '' })), 'smoke', /a\.css: is empty/],
  [
    'a stranger is somebody',
    answers('/api/auth/me', 200),
    'smoke',
    /me answered 200/,
    ['guardedEndpointsCheck'],
  ],
  ['the settings can be read', answers('/.env', 200), 'smoke', /\.env answered 200/],
  ['health without db_ok', health({ db_ok: undefined }), 'healthContractCheck', /db_ok/],
  [
    'health without its database',
    health({ db_ok: false }),
    'healthContractCheck',
    /database does not answer/,
  ],
  ['health of another service', health({ service: 'nginx' }), 'healthContractCheck', /service/],
  [
    'health that may be stored',
    withHeader('/api/health', 'cache-control', 'public'),
    'healthContractCheck',
    /store/,
  ],
  [
    'a promised path is gone',
    document((d) => delete pathsOf(d)['/v1/auth/me']),
    'openApiContractCheck',
    /\/v1\/auth\/me: promised, but not served/,
  ],
  [
    'another method',
    document(
      (d) =>
        (pathsOf(d)['/api/auth/csrf'] = {
          post: { ...(pathsOf(d)['/api/auth/csrf'] as { get: object }).get },
        }),
    ),
    'openApiContractCheck',
    /GET \/api\/auth\/csrf: promised, but not served/,
  ],
  [
    'a document that is none',
    at('/api/openapi.json', () => ({ body: { openapi: '3.1.1' } })),
    'openApiContractCheck',
    /not valid OpenAPI/,
  ],
  [
    'no document',
    answers('/api/openapi.json', 500),
    'openApiContractCheck',
    /answered 500/,
    ['artifactCompletenessCheck'],
  ],
  [
    'a guarded path is open',
    answers('/api/auth/logout', 200),
    'guardedEndpointsCheck',
    /POST \/api\/auth\/logout answered 200/,
  ],
  [
    'the list of people is open',
    answers('/v1/admin/users', 200),
    'guardedEndpointsCheck',
    /\/v1\/admin\/users answered 200/,
  ],
  [
    'no policy on the page',
    without('/', 'content-security-policy'),
    'securityHeaders',
    /\/: content-security-policy is missing/,
  ],
  [
    'a policy with inline scripts',
    withHeader('/', 'content-security-policy', "default-src 'self'; script-src 'self' 'unsafe-inline'"),
    'securityHeaders',
    /script-src/,
  ],
  [
    'a header twice',
    withHeader('/api/health', 'x-frame-options', 'DENY, DENY'),
    'securityHeaders',
    /x-frame-options is DENY, DENY/,
  ],
  ['types may be guessed', without('/api/health', 'x-content-type-options'), 'securityHeaders', /nosniff/],
  [
    'HSTS without TLS',
    withHeader('/', 'strict-transport-security', 'max-age=300'),
    'securityHeaders',
    /without TLS/,
  ],
  [
    'the server says what it is',
    withHeader('/', 'x-powered-by', 'Express'),
    'securityHeaders',
    /x-powered-by/,
  ],
  [
    'a cookie for other sites',
    withHeader('/api/auth/csrf', 'set-cookie', 'latchkey_csrf=a.token; Path=/; SameSite=None'),
    'securityHeaders',
    /SameSite/,
  ],
  [
    'a cookie for other hosts',
    withHeader(
      '/api/auth/csrf',
      'set-cookie',
      'latchkey_csrf=a.token; Path=/; SameSite=Lax; Domain=example.com',
    ),
    'securityHeaders',
    /other hosts/,
  ],
  [
    'any host is served',
    (said, { host }) => (host.startsWith('not') ? { ...said, status: 200 } : said),
    'hostAllowList',
    /Host "not.+ 200/,
  ],
  [
    'the id is not given back',
    withHeader('/api/health', 'x-request-id', 'of-somebody-else'),
    'requestIdLogPropagation',
    /of-somebody-else/,
  ],
  [
    'a stranger may send jobs',
    answers('/api/trpc/jobs.ping', 200),
    'jobs',
    /stranger’s ping/,
    ['guardedEndpointsCheck'],
  ],
  [
    'nobody can register',
    answers('/api/auth/register', 500),
    'signupToDashboardTimings',
    /register answered 500/,
  ],
  [
    'a link confirms nothing',
    answers('/api/auth/verify-email', 400),
    'signupToDashboardTimings',
    /verify answered 400/,
  ],
  [
    'me is somebody else',
    (said, { path, headers }) =>
      path === '/api/users/me' && headers.cookie?.includes('session')
        ? { ...said, body: { email: 'eve@example.com' } }
        : said,
    'signupToDashboardTimings',
    /somebody else/,
  ],
  [
    'the audit forgets',
    at('/api/users/me/audit', ({ status, body }) => (status === 200 ? { body: { events: [] } } : { body })),
    'signupToDashboardTimings',
    /audit does not know of user\.register/,
  ],
  [
    'a logout that ends nothing',
    (said, { path, headers }) =>
      path === '/api/users/me' &&
      headers['user-agent'] &&
      said.status === 401 &&
      headers.cookie?.includes('session')
        ? { ...said, status: 200, body: {} }
        : said,
    'signupToDashboardTimings',
    /me elsewhere after that answered 200.+me after logout answered 200/,
    ['syntheticUserRemoval'],
  ],
  ['a forged address is believed', forgedSeen(), 'forgedForwarding', /127\.0\.0\.0 became 203\.0\.113\.0/],
  [
    'nobody has to wait',
    (said, { path }) =>
      path === '/api/auth/refresh' && said.status === 429 ? { ...said, status: 200 } : said,
    'limits',
    /40 renewals .+ were not refused/,
  ],
  [
    'guesses have no end',
    (said, { path }) => (path === '/api/auth/login' && said.status === 429 ? { ...said, status: 401 } : said),
    'limits',
    /8 wrong guesses were not refused/,
  ],
]

/** Remembers where the last sign-in said that it came from. */
function forgedSeen(): Fault {
  let isForged = false
  return (said, { path, headers }) => {
    if (path === '/api/auth/login') isForged = 'x-forwarded-for' in headers
    const sessions = [{ current: true, ipMasked: isForged ? '203.0.113.0' : '127.0.0.0' }]
    return path === '/api/auth/sessions' && said.status === 200 ? { ...said, body: { sessions } } : said
  }
}

describe('beyond 2: whatever is spoiled is found, by name', () => {
  test.each(FAULTS)('%s', async (...[, fault, name, because, also = []]) => {
    pretend.fault = fault
    const report = await evidenceOf()
    expect(report.success).toBe(false)
    expect(report[name]).toMatchObject({ verdict: 'fail', because: expect.stringMatching(because) as string })
    expect(report.failures.map((failure) => failure.name).sort()).toEqual([name, ...also].sort())
    expect(report.failures[0]?.next).toMatch(/\w{3}/)
    expect(pretend.people.size, 'nobody is left behind').toBe(0)
  })

  const ended = (word: string, change: Partial<Ran>) => (words: readonly string[], ran: Ran) =>
    words[0]?.includes(word) ? { ...ran, ...change } : ran
  test.each<[string, ReturnType<typeof ended>, BlockName, RegExp]>([
    [
      'a migration is pending',
      ended('migrate', { stdout: 'pending                   0002_sessions\n' }),
      'schemaCompatCheck',
      /0002_sessions is pending/,
    ],
    [
      'the schema has drifted',
      ended('schema-check', { code: 1, stdout: 'The schema has drifted:\n  - table users is missing\n' }),
      'schemaCompatCheck',
      /table users is missing/,
    ],
    [
      'the database cannot be reached',
      ended('migrate', { code: 1, stderr: 'no route' }),
      'schemaCompatCheck',
      /no route/,
    ],
    [
      'no worker takes jobs',
      ended('ping', { code: 1, stdout: '{"ok":false,"state":"created","requestId":"p","tookMs":20000}' }),
      'jobs',
      /did not come back within 20 s/,
    ],
    [
      'the account stays',
      (words, ran) => (words[0]?.includes('person') ? { code: 1, stdout: '', stderr: 'refused' } : ran),
      'syntheticUserRemoval',
      /is still there: refused/,
    ],
  ])('%s', async (_what, fault, name, because) => {
    pretend.toolFault = fault
    const report = await evidenceOf()
    expect(report[name]).toMatchObject({ verdict: 'fail', because: expect.stringMatching(because) as string })
    expect(report.failures.map((failure) => failure.name)).toEqual([name])
  })
})

describe('R26: without leave to send a ping nothing is put into the queue', () => {
  test.each([
    [true, 'pass', /^A worker was seen within the last minute.*no ping was sent\.$/],
    [false, 'fail', /^No worker was seen for a minute/],
    [null, 'not-checked', /no worker was seen yet/],
    [undefined, 'not-checked', /no worker was seen yet/],
  ])('where health says jobs_ok: %s', async (jobs_ok, verdict, because) => {
    const asked: string[] = []
    pretend.fault = health({ jobs_ok })
    pretend.toolFault = (words, ran) => {
      asked.push(words.join(' '))
      return ran
    }
    const { jobs } = await evidenceOf({ mayEnqueue: false })
    expect(jobs).toMatchObject({ verdict, because: expect.stringMatching(because) as string })
    expect(asked.filter((words) => words.includes('ping'))).toEqual([])
  })

  test('and with it the result of the ping is told, whatever health says', async () => {
    pretend.fault = health({ jobs_ok: null })
    const { jobs } = await evidenceOf()
    expect(jobs).toMatchObject({
      verdict: 'pass',
      because: 'A ping came back after 5 ms, and strangers are refused.',
      artifact: 'jobs/jobs-ping.json',
      facts: { ping: { ok: true, state: 'completed', requestId: 'ping-1' } },
      timings: { tookMs: 5 },
    })
  })
})

test('R12: without hands, without leave to write and without anybody answering every block is there and says why', async () => {
  const report = await evidenceOf({
    tool: undefined,
    letters: undefined,
    logs: undefined,
    metrics: undefined,
    mayWrite: false,
    mayEnqueue: false,
  })
  expect(report.success).toBe(true)
  for (const name of ['schemaCompatCheck', 'metrics', 'signupToDashboardTimings', 'limits'] as const)
    expect(report[name]).toMatchObject({
      verdict: 'not-checked',
      because: expect.stringMatching(/^(Needs|Nobody|Strangers)/) as string,
    })

  pretend.fault = () => {
    throw new Error('not used')
  }
  const site = openSite({ origin: 'http://127.0.0.1:9', address: '127.0.0.1' })
  const folder = await openRunFolder({
    base: aPlace(),
    host: 'x',
    timestamped: true,
    scrubber: openScrubber([]),
  })
  const about = { mode: 'verify', strict: false, commit: null } as const
  const dead = await verify({
    site,
    hands: { mayWrite: false, mayEnqueue: false, mayReachLimits: false },
    folder,
    about,
    samples: 1,
  })
  expect(reportSchema.parse(dead)).toEqual(dead)
  expect(dead.success).toBe(false)
  expect(dead.smoke.because).toBe('GET http://127.0.0.1:9/ was not answered: ECONNREFUSED.')
  expect(new Set(Object.values(verdicts(dead)))).toEqual(new Set(['fail', 'not-checked']))
  expect(await folder.files(), 'R32: what could be kept is kept').toContain('meta/post-deploy-report.json')
})

test('a run that is stopped asks nothing more, and still takes its account away', async () => {
  const stop = new AbortController()
  const site = openSite({ origin: pretend.origin, address: '127.0.0.1' })
  const folder = await openRunFolder({
    base: aPlace(),
    host: 'x',
    timestamped: true,
    scrubber: openScrubber([]),
  })
  const about = { mode: 'verify', strict: false, commit: null } as const
  const told = (name: BlockName) => void (name === 'signupToDashboardTimings' && stop.abort())
  const report = await verify({
    site,
    hands: pretend.hands,
    folder,
    about,
    samples: 1,
    told,
    stop: stop.signal,
  })
  site.close()
  expect(report.limits).toMatchObject({
    verdict: 'not-checked',
    because: expect.stringContaining('stopped') as string,
  })
  expect(report.syntheticUserRemoval.verdict).toBe('pass')
  expect(report).toMatchObject({ success: false, failures: [{ name: 'run' }] })
  expect(pretend.people.size).toBe(0)
})

test('an addition to the contract breaks nobody, and is told', async () => {
  pretend.fault = document(
    (d) => void (pathsOf(d)['/api/extra'] = structuredClone(pathsOf(d)['/api/health'])),
  )
  const report = await evidenceOf()
  expect(report.openApiContractCheck).toMatchObject({
    verdict: 'pass',
    facts: { additions: ['GET /api/extra: served, but not promised'] },
  })
})

test('R32: a file that cannot be written fails its question, and nobody is left behind', async () => {
  const site = openSite({ origin: pretend.origin, address: '127.0.0.1' })
  const folder = await openRunFolder({
    base: aPlace(),
    host: 'x',
    timestamped: true,
    scrubber: openScrubber([]),
  })
  const full: RunFolder = {
    ...folder,
    write: (file, content) =>
      file.includes('signup') ? Promise.reject(new Error('no space left')) : folder.write(file, content),
  }
  const about = { mode: 'verify', strict: false, commit: null } as const
  const report = await verify({ site, hands: pretend.hands, folder: full, about, samples: 1 })
  site.close()
  expect(report.signupToDashboardTimings).toMatchObject({ verdict: 'fail', because: 'no space left.' })
  expect(report.artifactCompletenessCheck.verdict).toBe('fail')
  expect(report.syntheticUserRemoval.verdict).toBe('pass')
  expect(pretend.people.size).toBe(0)
})

test('a registration that made nobody leaves nobody to take away', async () => {
  pretend.fault = answers('/api/auth/register', 500)
  pretend.toolFault = (words, ran) =>
    words[0]?.includes('person') ? { code: 1, stdout: '', stderr: 'person: there is no such person\n' } : ran
  const report = await evidenceOf()
  pretend.people.clear()
  expect(report.failures.map(({ name }) => name)).toContain('signupToDashboardTimings')
  expect(report.syntheticUserRemoval.facts['said']).toBe('there was nobody')
})

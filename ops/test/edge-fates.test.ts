import { describe, expect, test } from 'vitest'
import { fateOf } from '../edge/reader/fate.ts'
import { readFiles } from '../edge/reader/files.ts'
import { readAsked } from '../edge/reader/request.ts'
import { edgeOf, filesOf } from '../edge/render.ts'
import { SAMPLE_NAMES, SAMPLE_SETTINGS, sampleEdge, type SampleName } from '../edge/samples.ts'
import { TABLES } from './edge-requests.ts'
import { inShort, rowsOf } from './edge-table.ts'

const asWritten = (name: SampleName) => readFiles(filesOf(sampleEdge(name)))

describe.each(SAMPLE_NAMES)('P2, P3, P4, P5, P6, P7, L4, N3: what becomes of a request, %s', (name) => {
  const edge = asWritten(name)
  const rows = rowsOf(name, ...TABLES[name])

  test('the table is long, and no line stands in it twice', () => {
    expect(rows.length).toBeGreaterThan(100)
    expect(new Set(rows.map(({ line }) => line)).size).toBe(rows.length)
  })
  test.each(rows)('$line: $expected', ({ asked, expected }) => {
    expect(inShort(fateOf(edge, asked))).toBe(expected)
  })
})

describe.each(SAMPLE_NAMES)('%s', (name) => {
  const edge = asWritten(name)
  const site = SAMPLE_SETTINGS[name].websiteDomain
  const ask = (line: string, more = {}) => fateOf(edge, readAsked(line.replace('SITE', site), more))

  test('P2, P3: what is served is served by both slots, and the path goes on whole', () => {
    const fate = ask('POST https://SITE/api/auth/login')
    expect(fate).toMatchObject({ servers: ['http://server-a:8000', 'http://server-b:8000'], router: 'api' })
    expect(edge.moving.http.services['app']?.loadBalancer.passHostHeader).toBe(true)
    expect(JSON.stringify(edge.moving.http.middlewares)).not.toMatch(/strip|replacePath|addPrefix/i)
  })

  test('P10: the API is limited; a read is tried again and a write never', () => {
    for (const [line, attempts] of [
      ['GET https://SITE/api/auth/me', 3],
      ['POST https://SITE/api/auth/login', 1],
      ['PATCH https://SITE/v1/users/me', 1],
    ] as const) {
      const fate = ask(line)
      expect(fate.through).toContain('rate-limit')
      expect(fate).toMatchObject({ attempts })
    }
    const [retried, ...more] = Object.entries(edge.moving.http.middlewares).filter(
      ([, one]) => 'retry' in one,
    )
    expect(more).toEqual([])
    for (const { rule, middlewares } of Object.values(edge.moving.http.routers))
      if (retried && middlewares.includes(retried[0]))
        expect(rule).toMatch(/ && \(Method\(`GET`\) \|\| Method\(`HEAD`\) \|\| Method\(`OPTIONS`\)\)$/)
  })

  test('P13, I1: what a client claims about itself ends here; what it is followed by goes on', () => {
    const claims = {
      'X-Forwarded-For': '192.0.2.66',
      'X-Forwarded-Host': 'evil.example.net',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Prefix': '/admin',
      'X-Real-Ip': '192.0.2.66',
      Forwarded: 'for=192.0.2.66',
      'True-Client-IP': '192.0.2.66',
      'CF-Connecting-IP': '192.0.2.66',
      'X-Original-URL': '/internal/health',
      'X-Rewrite-URL': '/internal/health',
      'X-HTTP-Method-Override': 'DELETE',
      Proxy: 'http://evil.example.net',
    }
    const followed = {
      'x-request-id': 'a-request-of-mine',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'a=b',
      cookie: 'latchkey_session=x',
      authorization: 'Basic b3BlcmF0b3I6eA==',
    }
    expect(ask('GET https://SITE/api/auth/me', { headers: { ...claims, ...followed } })).toMatchObject({
      carried: followed,
    })
  })

  test('P4: the password of the guard is not the app’s business', () => {
    const fate = ask('GET https://admin.SITE/admin', {
      headers: { authorization: 'Basic b3BlcmF0b3I6eA==', cookie: 'a=b' },
      from: '203.0.113.7',
      isKnown: true,
    })
    expect(fate).toMatchObject({ kind: 'served', carried: { cookie: 'a=b' } })
    expect(fate.through.indexOf('admin-allowlist')).toBeLessThan(fate.through.indexOf('admin-auth'))
    expect(fate.through).toContain('rate-limit-guarded')
  })

  test('D8, P8: also what the edge answers alone has the headers, and none that says what runs here', () => {
    const guarded = { from: '203.0.113.7' }
    for (const fate of [
      ask('GET https://SITE/internal/health'),
      ask('GET https://www.SITE/'),
      ask('GET https://admin.SITE/'),
      ask('GET https://admin.SITE/admin'),
      ask('GET https://admin.SITE/admin', guarded),
      ask('POST https://SITE/api/auth/login', { bodyBytes: 5_000_000 }),
      ask('GET https://SITE/'),
    ])
      expect(fate.answer).toMatchObject({
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        server: '',
        'x-powered-by': '',
        ...(name !== 'local' && {
          'content-security-policy': expect.stringContaining("default-src 'self'") as string,
        }),
      })
  })

  const HSTS = { local: undefined, staging: 'max-age=300', prod: 'max-age=31536000; includeSubDomains' }
  test('P8, CF36: how long a browser insists on TLS', () => {
    expect(ask('GET https://SITE/').answer['strict-transport-security']).toBe(HSTS[name])
    expect(ask('GET https://SITE/turnstile.html').answer['strict-transport-security']).toBe(HSTS[name])
    expect(ask('GET http://SITE/').answer['strict-transport-security']).toBe(undefined)
  })

  test('the page of the captcha keeps what the app says of its frame and of its script', () => {
    const { answer } = ask('GET https://SITE/turnstile.html')
    expect(answer['x-frame-options']).toBe(undefined)
    expect(answer['content-security-policy']).toBe(undefined)
    expect(answer['x-content-type-options']).toBe('nosniff')
  })
})

test('P8: tools of the operator promise nothing about TLS', () => {
  const from = { from: '203.0.113.7', isKnown: true }
  const fate = fateOf(asWritten('staging'), readAsked('GET https://jobs.staging.example.com/', from))
  expect(fate).toMatchObject({ kind: 'served', service: 'jobs-ui' })
  expect(fate.answer['strict-transport-security']).toBe(undefined)
  expect(fate.answer['x-frame-options']).toBe('DENY')
})

describe('I1, P13: behind a balancer', () => {
  const behind = { ...SAMPLE_SETTINGS.prod, trustedIps: ['10.0.0.0/8'] }
  const edge = readFiles(filesOf(edgeOf(behind)))
  test.each([
    ['the balancer speaks for somebody on the list', '10.0.0.5', '203.0.113.7', '401 admin-auth'],
    ['for somebody who only says so', '10.0.0.5', '203.0.113.7, 198.51.100.9', '403 admin-allowlist'],
    [
      'for somebody on the list behind another of ours',
      '10.0.0.5',
      '203.0.113.7, 10.9.9.9',
      '401 admin-auth',
    ],
    ['for nobody', '10.0.0.5', '', '403 admin-allowlist'],
    ['for itself', '10.0.0.5', '10.0.0.5', '403 admin-allowlist'],
    ['a stranger speaks for somebody on the list', '198.51.100.9', '203.0.113.7', '403 admin-allowlist'],
  ])('%s', (_name, from, hops, expected) => {
    const asked = readAsked('GET https://admin.example.com/admin', {
      from,
      headers: { 'X-Forwarded-For': hops },
    })
    expect(inShort(fateOf(edge, asked))).toBe(expected)
  })

  test('everybody is counted alone', () => {
    const limits = Object.values(edge.moving.http.middlewares).flatMap((one) =>
      'rateLimit' in one ? [one.rateLimit] : [],
    )
    expect(limits).toHaveLength(2)
    for (const { sourceCriterion } of limits)
      expect(sourceCriterion).toEqual({ ipStrategy: { excludedIPs: ['10.0.0.0/8'] } })
  })
})

const LABELS = [
  '',
  'a',
  'api',
  'web',
  'mail',
  'ftp',
  'dev',
  'test',
  'internal',
  'localhost',
  '0',
  '-',
  '*',
  '%00',
]
const ENDS = [
  'example.org',
  'example.com.evil.net',
  'evilexample.com',
  'example.comm',
  'example.co',
  'xn--exmple-cua.com',
  'staging.example.com.',
  'example.com:80:443',
  'example.com..',
  '[::1]',
  '127.0.0.1',
  '169.254.169.254',
  'server-a:8000',
  'postgres:5432',
  'example.com,evil.net',
]
const foreignHosts = ENDS.flatMap((end) => LABELS.map((label) => (label ? `${label}.${end}` : end)))

describe('N4: a Host that is not ours', () => {
  const edge = asWritten('prod')
  const ours = ['example.com', 'www.example.com', 'admin.example.com']

  test('there are 200 and more of them', () => {
    expect(new Set(foreignHosts).size).toBeGreaterThanOrEqual(200)
    expect(foreignHosts.filter((host) => ours.includes(host))).toEqual([])
  })

  test.each(['http', 'https'])('reaches nobody over %s, whatever the handshake said', (scheme) => {
    const served = foreignHosts.filter((host) => {
      const fate = fateOf(edge, readAsked(`GET ${scheme}://${host}/api/health`, { sni: 'example.com' }))
      return inShort(fate) !== '404 no router'
    })
    expect(served).toEqual([])
  })

  test('and in the handshake it ends before a word is said', () => {
    const met = foreignHosts.filter(
      (host) => inShort(fateOf(edge, readAsked(`GET https://${host}/`))) !== 'no handshake',
    )
    expect(met).toEqual([])
  })
})

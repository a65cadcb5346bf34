import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { certificatesIn } from '../../probes/captured-certificates.ts'
import { DIRECTORIES } from '../../edge/certificates.ts'
import { adminHostPathGuard } from '../../probes/admin-host.ts'
import { openGuest } from '../../probes/guest.ts'
import type { CertificateSettings, Hands } from '../../probes/hands.ts'
import { hostAllowList } from '../../probes/host-allow-list.ts'
import type { Probe, Trip } from '../../probes/probe.ts'
import { jobs } from '../../probes/jobs.ts'
import { securityHeaders } from '../../probes/security-headers.ts'
import { openSite } from '../../probes/site.ts'
import { smoke } from '../../probes/smoke.ts'
import { tlsAcmeGuard } from '../../probes/tls.ts'
import { aCapture } from '../samples/captured.ts'
import { openPretend } from './pretend-product.ts'

/** The one directory that browsers trust, from the one place that knows it. */
const REAL = DIRECTORIES.le

/** Of a directory that browsers do not trust, as before the first real one. */
function certificateOf(issuer: string, days: number, name = 'localhost'): { key: string; cert: string } {
  const place = mkdtempSync(join(tmpdir(), 'latchkey-certificate-'))
  const [key, cert] = [join(place, 'key.pem'), join(place, 'cert.pem')]
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const about = [
    '-subj',
    `/O=${issuer}/CN=test`,
    '-addext',
    `subjectAltName=DNS:${name}`,
    '-days',
    String(days),
  ]
  execFileSync('openssl', [...words, ...about, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  try {
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  } finally {
    rmSync(place, { recursive: true })
  }
}

const ADMIN = 'admin.localhost'
const STAGING: CertificateSettings = {
  environment: 'staging',
  resolvers: [
    {
      name: 'le-staging',
      directory: DIRECTORIES['le-staging'],
      email: 'ops@example.com',
      storageMode: 0o600,
    },
  ],
}
const opened: (() => Promise<void>)[] = []
afterAll(() => Promise.all(opened.map((close) => close())))

type Options = {
  certificate?: ReturnType<typeof certificateOf>
  settings?: CertificateSettings | null
  sendsOn?: boolean
  leadsTo?: string
}

async function trip({ certificate, settings = STAGING, sendsOn = true, leadsTo }: Options = {}) {
  const shown = certificate ?? certificateOf("(STAGING) Let's Encrypt", 60)
  const pretend = await openPretend(shown, [ADMIN])
  const plain = http.createServer(({ url = '' }, res) => {
    const isPage = url === '/'
    res.writeHead(
      sendsOn ? (isPage ? 308 : 403) : 200,
      isPage && sendsOn ? { location: leadsTo ?? `${pretend.origin}/` } : {},
    )
    res.end()
  })
  plain.listen(0, '127.0.0.1')
  await once(plain, 'listening')
  const site = openSite({ origin: pretend.origin, address: '127.0.0.1', trustsAnybody: true })
  opened.push(async () => {
    site.close()
    plain.close()
    await pretend.close()
  })
  const hands: Hands = {
    mayWrite: false,
    mayEnqueue: false,
    mayReachLimits: false,
    certificates: () => Promise.resolve(settings ?? undefined),
  }
  const given: Trip = {
    ...hands,
    site,
    hasEdge: true,
    adminHost: `${ADMIN}:${site.origin.port}`,
    plainOrigin: `http://localhost:${(plain.address() as AddressInfo).port}`,
    samples: 1,
    guest: openGuest(hands),
  }
  return {
    pretend,
    ask: (probe: Probe, more: Partial<Hands> = {}) => probe.ask({ ...given, ...more, site: site.apart() }),
  }
}

describe('R16, R17, R22, N4: what only an edge can show', () => {
  let edge: Awaited<ReturnType<typeof trip>>
  beforeEach(async () => {
    edge = await trip()
  })

  test.each(
    [tlsAcmeGuard, adminHostPathGuard, hostAllowList, securityHeaders, smoke].map((probe) => ({
      probe,
      name: probe.name,
    })),
  )('$name holds where all is well', async ({ probe }) => {
    expect(await edge.ask(probe)).toMatchObject({ verdict: 'pass' })
  })

  test('R26: the dashboard of the jobs answers strangers only with a refusal, switched on or not', async () => {
    expect(await edge.ask(jobs)).toMatchObject({
      verdict: 'pass',
      facts: { dashboard: { host: 'jobs.localhost', isOpen: false } },
    })
    const answeredWith = async (status: number, jobsHost?: string) => {
      edge.pretend.fault = (said, { host }) =>
        host.startsWith(jobsHost ?? 'jobs.localhost') ? { ...said, status } : said
      return edge.ask(jobs, { jobsHost })
    }
    expect(await answeredWith(401, 'queue.localhost')).toMatchObject({
      verdict: 'pass',
      facts: { dashboard: { host: 'queue.localhost', status: 401 } },
    })
    for (const jobsHost of [undefined, 'queue.localhost'])
      expect(await answeredWith(200, jobsHost)).toMatchObject({
        verdict: 'fail',
        because: `${jobsHost ?? 'jobs.localhost'} was answered with 200 to a stranger.`,
      })
  })

  test('the admin host serves something that is not /admin, or /admin to a stranger', async () => {
    edge.pretend.fault = (said, { path, host }) =>
      host.startsWith(ADMIN) && path === '/api/health' ? { ...said, status: 200 } : said
    expect(await edge.ask(adminHostPathGuard)).toMatchObject({
      verdict: 'fail',
      because: '/api/health answered 200 to a stranger.',
    })
    edge.pretend.fault = (said, { path }) => (path === '/admin' ? { ...said, status: 200 } : said)
    expect(await edge.ask(adminHostPathGuard)).toMatchObject({ verdict: 'fail' })
  })

  test('a foreign name in the connection itself is served', async () => {
    edge.pretend.fault = (said, { host }) =>
      host.startsWith('unknown.invalid:') ? { ...said, status: 200 } : said
    expect((await edge.ask(hostAllowList)).because).toContain('a TLS connection for unknown.invalid')
  })

  test('metrics and inner health can be reached through the edge', async () => {
    edge.pretend.fault = (said, { path }) =>
      path === '/metrics' || path === '/internal/health' ? { ...said, status: 200 } : said
    expect(await edge.ask(smoke)).toMatchObject({
      verdict: 'fail',
      because: '/internal/health answered 200; /metrics answered 200.',
    })
  })

  test('cookies without Secure, and no HSTS', async () => {
    edge.pretend.fault = (said) => {
      const { 'strict-transport-security': _, ...headers } = said.headers
      const cookie = String(headers['set-cookie'] ?? '').replace('; Secure', '')
      return { ...said, headers: { ...headers, ...(cookie && { 'set-cookie': cookie }) } }
    }
    const { verdict, facts } = await edge.ask(securityHeaders)
    expect(verdict).toBe('fail')
    expect(facts['wrong']).toEqual([
      '/: strict-transport-security is missing',
      '/api/health: strict-transport-security is missing',
      'cookie __Host-latchkey_csrf: it is not Secure',
    ])
  })
})

describe('R17: what Traefik was told, as it was captured', () => {
  const capture = aCapture()
  const captured = (change: Partial<typeof capture> = {}) => {
    const { 'edge/traefik-static.yml': told, 'edge/traefik-ls.txt': listed } = { ...capture, ...change }
    return { 'edge/traefik-static.yml': { text: told }, 'edge/traefik-ls.txt': { text: listed } }
  }

  test('the directory, the address and the mode of the storage', () => {
    expect(certificatesIn(captured(), 'staging')).toEqual({
      environment: 'staging',
      resolvers: [{ ...STAGING.resolvers[0], email: 'operator@example.com', storageMode: 0o600 }],
    })
  })

  test('where others may read it, where it is not there yet, and where nothing was captured', () => {
    const open = {
      'edge/traefik-ls.txt':
        '/etc/traefik:\n-rw-r--r-- 1 0 0 1 x y z le-staging.json\n\n/acme:\ntotal 4\n-rw-r--r-- 1 65532 65532 1 Nov 22 00:50 le-staging.json\n',
    }
    expect(certificatesIn(captured(open), 'staging')?.resolvers[0]?.storageMode).toBe(0o644)
    const none = { 'edge/traefik-ls.txt': '/acme:\ntotal 0\n' }
    expect(certificatesIn(captured(none), 'staging')?.resolvers[0]?.storageMode).toBeUndefined()
    const nothing = { because: 'the host is gone' }
    expect(
      certificatesIn({ 'edge/traefik-static.yml': nothing, 'edge/traefik-ls.txt': nothing }, 'prod'),
    ).toBeUndefined()
  })

  test('no directory at all is not taken for the one of tries', () => {
    const told = {
      'edge/traefik-static.yml': 'certificatesResolvers: { le: { acme: { email: a@example.com } } }',
    }
    expect(certificatesIn(captured(told), 'staging')?.resolvers[0]?.directory).toMatch(/by itself/)
  })
})

describe('R17: certificates', () => {
  const resolver = { ...STAGING.resolvers[0]!, name: 'le' }
  const inProd = (change: Partial<typeof resolver>): CertificateSettings => ({
    ...settingsWith(change),
    environment: 'prod',
  })
  const settingsWith = (change: Partial<typeof resolver>): CertificateSettings => ({
    environment: 'staging',
    resolvers: [{ ...resolver, ...change }],
  })

  test.each<[string, () => Options, RegExp]>([
    ['nearly over', () => ({ certificate: certificateOf('(STAGING) X', 3) }), /has [23] days left/],
    [
      'for somebody else',
      () => ({ certificate: certificateOf('(STAGING) X', 60, 'example.com') }),
      /localhost/,
    ],
    ['of nobody', () => ({ certificate: certificateOf('Nobody', 60) }), /browsers do not trust/],
    [
      'of staging, in prod',
      () => ({ settings: { ...STAGING, environment: 'prod' } }),
      /prod shows a certificate of the staging/,
    ],
    [
      'asked of the production directory outside of prod',
      () => ({ settings: settingsWith({ directory: REAL }) }),
      /le asks https:\/\/acme-v02/,
    ],
    ['without an address', () => ({ settings: settingsWith({ email: '' }) }), /no e-mail address/],
    [
      'kept where others read',
      () => ({ settings: settingsWith({ storageMode: 0o644 }) }),
      /can be read by others \(644\)/,
    ],
    [
      'beside a door without TLS',
      () => ({ sendsOn: false }),
      /answered 200 and leads to nowhere; http.+health answered 200/,
    ],
    [
      'asked of a directory that nobody knows, in prod',
      () => ({ settings: inProd({ directory: 'https://evil.example/dir' }) }),
      /le asks https:\/\/evil\.example\/dir with ENV=prod/,
    ],
    [
      'asked of nobody',
      () => ({ settings: { environment: 'staging', resolvers: [] } }),
      /no directory is asked for certificates with ENV=staging/,
    ],
    [
      'beside a door that leads to a name that only begins like ours',
      () => ({ leadsTo: 'https://localhost.evil.example/' }),
      /answered 308 and leads to https:\/\/localhost\.evil/,
    ],
    [
      'beside a door that leads to somebody else by our name',
      () => ({ leadsTo: 'https://localhost@evil.example/' }),
      /answered 308 and leads to https:\/\/localhost@evil/,
    ],
  ])('%s', async (_what, options, because) => {
    const { verdict, because: said } = await (await trip(options())).ask(tlsAcmeGuard)
    expect([verdict, said]).toEqual(['fail', expect.stringMatching(because)])
  })

  test.each(Object.values(DIRECTORIES))('prod may ask %s', async (directory) => {
    const { facts } = await (await trip({ settings: inProd({ directory }) })).ask(tlsAcmeGuard)
    expect(JSON.stringify(facts['wrong'])).not.toContain('asks')
  })

  test('what could not be looked at is no pass: what Traefik was told, and who may read the keys', async () => {
    const usual = getCACertificates()
    onTestFinished(() => setDefaultCACertificates(usual))
    const certificate = certificateOf('Somebody', 60)
    setDefaultCACertificates([certificate.cert])
    for (const [settings, because] of [
      [null, /of Somebody test for \d\d days\. But what the edge was told .+ is not known/],
      [settingsWith({ storageMode: undefined }), /But who may read what le keeps could not be seen\.$/],
    ] as const) {
      const { verdict, because: said } = await (await trip({ certificate, settings })).ask(tlsAcmeGuard)
      expect([verdict, said]).toEqual(['not-checked', expect.stringMatching(because)])
    }
    const { verdict } = await (await trip({ certificate, settings: settingsWith({}) })).ask(tlsAcmeGuard)
    expect(verdict).toBe('pass')
  })
})

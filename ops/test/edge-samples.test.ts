import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readFiles } from '../edge/reader/files.ts'
import { edgeSecretsOf, filesOf } from '../edge/render.ts'
import { keptSamples, SAMPLE_NAMES, SAMPLE_SETTINGS, sampleEdge, samples } from '../edge/samples.ts'
import { ROOT } from '../launch/places.mjs'

const byPath = (one: { path: string }, other: { path: string }) => (one.path < other.path ? -1 : 1)

test('P15: traefik/samples is what the settings make (else: npm run edge -- --write-samples)', () => {
  expect(keptSamples().sort(byPath)).toEqual(samples().sort(byPath))
})

test('what is written is what was meant: read again, it is the same', () => {
  for (const name of SAMPLE_NAMES) expect(readFiles(filesOf(sampleEdge(name)))).toEqual(sampleEdge(name))
})

describe.each(SAMPLE_NAMES)('%s', (name) => {
  const { fixed, moving } = readFiles(filesOf(sampleEdge(name)))
  const text = filesOf(sampleEdge(name))
    .map(({ text }) => text)
    .join('\n')

  test('P1, N3: files are the only source, and nothing is insecure', () => {
    expect(Object.keys(fixed.providers)).toEqual(['file'])
    expect(text).not.toMatch(/insecure: true|insecureSkipVerify|docker|\bexec\b|\bplugin\b|swarm/i)
    expect(text).not.toContain('{{')
  })

  test('P1: two doors to the world, and one for the check of the container itself', () => {
    const addresses = Object.entries(fixed.entryPoints).map(([door, { address }]) => [door, address])
    expect(addresses).toEqual([
      ['web', ':80'],
      ['websecure', ':443'],
      ['ping', '127.0.0.1:8082'],
    ])
    for (const { entryPoints } of Object.values(moving.http.routers))
      expect(entryPoints).not.toContain('ping')
  })

  test.each(['web', 'websecure'])(
    'N3, P13: %s takes nothing that two readers could read in two ways',
    (door) => {
      const { http, forwardedHeaders, transport } = fixed.entryPoints[door]!
      expect(forwardedHeaders).toEqual({ insecure: false, trustedIPs: [] })
      expect(http).toMatchObject({
        underscoreHeadersStrategy: 'reject',
        sanitizePath: true,
        maxHeaderBytes: 16_384,
      })
      expect(Object.values(http?.encodedCharacters ?? {})).toEqual(Array(7).fill(false))
      expect(Object.values(transport?.respondingTimeouts ?? {})).not.toContain('0s')
    },
  )

  test('P12, N3: TLS 1.2 and later, with suites that keep the past secret, and no name that is not ours', () => {
    const { default: options, ...more } = moving.tls.options
    expect(more).toEqual({})
    expect(options?.minVersion).toBe('VersionTLS12')
    expect(options?.sniStrict).toBe(name !== 'local')
    for (const suite of options?.cipherSuites ?? [])
      expect(suite).toMatch(
        /^TLS_ECDHE_(RSA|ECDSA)_WITH_(AES_(128|256)_GCM_SHA(256|384)|CHACHA20_POLY1305_SHA256)$/,
      )
  })

  test('P5, N2: no store and no worker stands behind the edge', () => {
    const servers = Object.values(moving.http.services).flatMap(({ loadBalancer }) => loadBalancer.servers)
    const names = servers.map(({ url }) => new URL(url).hostname)
    expect(names).toEqual(expect.arrayContaining(['server-a', 'server-b']) as string[])
    for (const forbidden of ['postgres', 'redis', 'jobs', 'migrate', 'localhost'])
      expect(names).not.toContain(forbidden)
    expect(text).not.toMatch(/postgres|redis\b|5432|6379/)
  })

  test('P6, N3: tools of the operator are there where they were named, and never in prod', () => {
    const tools = Object.keys(moving.http.routers).filter((router) => router.startsWith('ops-'))
    expect(tools).toEqual(name === 'staging' ? ['ops-jobs-ui', 'ops-db-ui', 'ops-traefik'] : [])
    expect(fixed.api).toEqual(
      name === 'staging' ? { dashboard: true, insecure: false, disableDashboardAd: true } : undefined,
    )
    const guards = tools.map((tool) => moving.http.routers[tool]?.middlewares)
    for (const guard of guards) expect(guard).toEqual(expect.arrayContaining(['ops-allowlist', 'ops-auth']))
  })

  test('P14: the access log knows the request and nothing that it carried', () => {
    const { format, fields } = fixed.accessLog
    expect([format, fields.defaultMode, fields.queryParameters.defaultMode]).toEqual(['json', 'drop', 'drop'])
    expect(fields.headers).toEqual({
      defaultMode: 'drop',
      names: { 'X-Request-Id': 'keep', Traceparent: 'keep' },
    })
    const kept = Object.keys(fields.names)
    expect(kept).toEqual(
      expect.arrayContaining(['RequestMethod', 'RequestPath', 'DownstreamStatus', 'ServiceAddr']),
    )
    for (const telling of ['ClientUsername', 'RequestLine', 'RequestAddr'])
      expect(kept).not.toContain(telling)
  })

  test('every router says its priority, and which door it stands at', () => {
    for (const { priority, entryPoints } of Object.values(moving.http.routers)) {
      expect(priority).toBeGreaterThan(0)
      expect(entryPoints.length).toBeGreaterThan(0)
    }
  })

  test('the app compresses, and the edge does not a second time', () => {
    const kinds = Object.values(moving.http.middlewares).flatMap((one) => Object.keys(one))
    expect(kinds).not.toContain('compress')
  })

  test('both slots are asked whether they can, and no visitor is bound to one', () => {
    const { healthCheck, ...rest } = moving.http.services['app']!.loadBalancer
    expect(healthCheck).toEqual({
      path: '/internal/ready',
      interval: '1500ms',
      timeout: '1400ms',
      followRedirects: false,
    })
    expect(rest).not.toHaveProperty('sticky')
    expect(fixed.serversTransport.forwardingTimeouts).toEqual({
      dialTimeout: '2s',
      responseHeaderTimeout: '65s',
      idleConnTimeout: '3s',
    })
  })

  const msOf = (duration: string) => parseInt(duration) * (duration.endsWith('ms') ? 1 : 1000)

  test('a slot that leaves goes on for longer than it takes the edge to see it', () => {
    const { interval, timeout } = moving.http.services['app']!.loadBalancer.healthCheck!
    const compose = readFileSync(join(ROOT, 'compose.yaml'), 'utf8')
    const leaves = Number(/SERVER_LEAVE_SECONDS:-(\d+)/.exec(compose)?.[1])
    expect(leaves * 1000).toBeGreaterThan(msOf(interval) + msOf(timeout))
    // Traefik would take the longer of the two for both.
    expect(msOf(timeout)).toBeLessThan(msOf(interval))
  })

  test('A18: no hash of a password stands in a file that is kept as evidence', () => {
    expect(text).not.toContain('$2y$')
    const secrets = edgeSecretsOf(SAMPLE_SETTINGS[name])
    expect(Object.keys(secrets)).toEqual([
      'admin_basic_auth',
      ...(name === 'staging' ? ['ops_basic_auth'] : []),
    ])
    for (const [secret, content] of Object.entries(secrets)) {
      expect(text).toContain(`usersFile: /run/secrets/${secret}`)
      expect(content).toMatch(/^operator:\$2y\$12\$.{53}\n$/)
    }
  })
})

describe('what is put there for real is nobody’s to commit', () => {
  const ignored = (path: string) => {
    try {
      return execFileSync('git', ['check-ignore', path], { cwd: ROOT, encoding: 'utf8' }).trim() === path
    } catch {
      return false
    }
  }
  test.each([
    ['traefik/rendered/traefik.yml', true],
    ['traefik/rendered/dynamic/routers.yml', true],
    ['traefik/samples/prod/traefik.yml', false],
  ])('%s: %s', (path, expected) => {
    expect(ignored(path)).toBe(expected)
  })
})

test('docs/EDGE.md names every router and every middleware, and no other', () => {
  const page = readFileSync(join(ROOT, 'docs/EDGE.md'), 'utf8')
  const namesIn = (section: string) =>
    [
      ...(page.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '').matchAll(/^\| (`[^|]+`) +\|/gm),
    ].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name))
  const used = (part: 'routers' | 'middlewares') =>
    [...new Set(SAMPLE_NAMES.flatMap((name) => Object.keys(sampleEdge(name).moving.http[part])))].sort()
  expect(namesIn('Routers').sort()).toEqual(used('routers'))
  expect(namesIn('Middlewares').sort()).toEqual(used('middlewares'))
})

import { describe, expect, test } from 'vitest'
import type { Edge, EntryPoint, Middlewares } from '../edge/configuration.ts'
import { fateOf } from '../edge/reader/fate.ts'
import { readAsked } from '../edge/reader/request.ts'
import { sampleEdge, type SampleName } from '../edge/samples.ts'
import { TABLES } from './edge-requests.ts'
import { rowsOf, wrongRows } from './edge-table.ts'

/** One change each, as a hand that slips would make it. The table must be red for every one of them. */
type Change = (edge: Edge) => void
const router = (edge: Edge, name: string) => edge.moving.http.routers[name]!
const door = (edge: Edge, name: string): Required<EntryPoint> =>
  edge.fixed.entryPoints[name] as Required<EntryPoint>
const without =
  (name: string, middleware: string): Change =>
  (edge) => {
    const one = router(edge, name)
    expect(one.middlewares).toContain(middleware)
    one.middlewares = one.middlewares.filter((other) => other !== middleware)
  }
const priority =
  (name: string, value: number): Change =>
  (edge) =>
    void (router(edge, name).priority = value)
const rule =
  (name: string, from: string, to: string): Change =>
  (edge) => {
    expect(router(edge, name).rule).toContain(from)
    router(edge, name).rule = router(edge, name).rule.replace(from, to)
  }
const option =
  <K extends keyof Middlewares>(name: string, kind: K, change: Partial<Middlewares[K]>): Change =>
  ({ moving }) =>
    void Object.assign((moving.http.middlewares[name] as Record<K, Middlewares[K]>)[kind], change)
const gone =
  (name: string): Change =>
  ({ moving }) => {
    expect(delete moving.http.routers[name]).toBe(true)
  }

const MUTANTS: Record<string, Change> = {
  'inside comes after the pages': priority('inside', 50),
  'inside lets everybody in': without('inside', 'refuse'),
  'inside is not there': gone('inside'),
  'inside forgets the metrics': rule('inside', 'PathPrefix(`/metrics`) || ', ''),
  'inside forgets www': rule('inside', '|| Host(`www.example.com`)', ''),
  'inside answers otherwise': option('refuse', 'ipAllowList', { rejectStatusCode: 403 }),
  'nobody is not even nobody': option('refuse', 'ipAllowList', { sourceRange: [] }),
  'nobody is everybody': option('refuse', 'ipAllowList', { sourceRange: ['0.0.0.0/0'] }),
  'writes are tried again': (edge) => router(edge, 'api').middlewares.push('retry-reads'),
  'reads come after writes': priority('api-reads', 590),
  'reads are not tried again': without('api-reads', 'retry-reads'),
  'reads are everything': rule(
    'api-reads',
    ' || Method(`OPTIONS`)',
    ' || Method(`OPTIONS`) || Method(`POST`)',
  ),
  'the API is as large as one likes': without('api', 'body-limit'),
  'pages come before the API': priority('web-reads', 800),
  'v1 is a page': (edge) => {
    for (const name of ['api', 'api-reads', 'plain-api'])
      router(edge, name).rule = router(edge, name).rule.replace(
        '(PathPrefix(`/api`) || PathPrefix(`/v1`))',
        'PathPrefix(`/api`)',
      )
  },
  'the admin host is open to the world': without('admin', 'admin-allowlist'),
  'the admin host asks for no password': without('admin', 'admin-auth'),
  'the admin host is all of the app': rule(
    'admin',
    ' && (Path(`/admin`)',
    ' && (PathPrefix(`/`) || Path(`/admin`)',
  ),
  'the admin host has an API': rule('admin', 'Path(`/admin`)', 'Path(`/admin`) || PathPrefix(`/api`)'),
  'the admin host begins with admin': rule('admin', 'PathPrefix(`/admin/`)', 'PathPrefix(`/admin`)'),
  'the rest of the admin host is let through': (edge) => {
    without('admin-rest', 'refuse')(edge)
    router(edge, 'admin-rest').service = 'app'
  },
  'the rest comes before the admin': priority('admin-rest', 900),
  'everybody is on the list': option('admin-allowlist', 'ipAllowList', { sourceRange: ['0.0.0.0/0'] }),
  'the API in plain is sent on': (edge) =>
    router(edge, 'plain-api').middlewares.splice(-1, 1, 'redirect-to-https'),
  'the API in plain is a page': gone('plain-api'),
  'the API in plain comes last': priority('plain-api', 50),
  'pages are served in plain': (edge) => {
    without('plain-pages', 'redirect-to-https')(edge)
    router(edge, 'plain-pages').service = 'app'
  },
  'pages are sent to nowhere': without('plain-pages', 'redirect-to-https'),
  'the redirect is for today': option('redirect-to-https', 'redirectScheme', { permanent: false }),
  'the redirect names a port': option('redirect-to-https', 'redirectScheme', {
    scheme: 'https://evil.example.net/',
  }),
  'www is served': (edge) => {
    without('www', 'to-bare-name')(edge)
    router(edge, 'www').service = 'app'
  },
  'www is sent where it came from': option('to-bare-name', 'redirectRegex', {
    replacement: 'https://www.example.com/${2}',
  }),
  'TLS pages are served on port 80 as well': (edge) => {
    router(edge, 'web-reads').entryPoints.push('web')
    delete router(edge, 'web-reads').tls
  },
  'names are not asked for': (edge) => void (edge.moving.tls.options['default']!.sniStrict = false),
  'paths are not cleaned': (edge) => void (door(edge, 'websecure').http.sanitizePath = false),
  'plain paths are not cleaned': (edge) => void (door(edge, 'web').http.sanitizePath = false),
  'underscores are kept': (edge) => void (door(edge, 'websecure').http.underscoreHeadersStrategy = 'keep'),
  ...Object.fromEntries(
    (['Slash', 'BackSlash', 'NullCharacter', 'Semicolon', 'Percent', 'QuestionMark', 'Hash'] as const).map(
      (character): [string, Change] => [
        `an encoded ${character} is let through`,
        (edge) => void (door(edge, 'websecure').http.encodedCharacters[`allowEncoded${character}`] = true),
      ],
    ),
  ),
  'one certificate forgets www': (edge) => {
    for (const { tls } of Object.values(edge.moving.http.routers))
      for (const one of tls?.domains ?? []) delete one.sans
  },
  'a middleware is misspelt': (edge) => router(edge, 'inside').middlewares.push('refused'),
  'a router has no service': (edge) => void (router(edge, 'web').service = 'ap'),
  'a host becomes every host': rule('web-reads', 'Host(`example.com`)', '!Host(`www.example.com`)'),
}

const rowsIn = (name: SampleName) => rowsOf(name, ...TABLES[name])

test('as it is, the table is green', () => {
  for (const name of ['local', 'staging', 'prod'] as const)
    expect(wrongRows(sampleEdge(name), rowsIn(name))).toEqual([])
})

describe('P15: an edge with one mistake in it makes the table red', () => {
  test.each(Object.entries(MUTANTS))('%s', (_name, change) => {
    const edge = structuredClone(sampleEdge('prod'))
    change(edge)
    expect(wrongRows(edge, rowsIn('prod'))).not.toEqual([])
  })
})

describe('P13, I1: and one that believes strangers lets their claims through', () => {
  const carried = (edge: Edge) => {
    const headers = { 'X-Forwarded-For': '192.0.2.66', Forwarded: 'for=192.0.2.66' }
    const fate = fateOf(edge, readAsked('GET https://example.com/api/auth/me', { headers }))
    return fate.kind === 'served' ? Object.keys(fate.carried) : []
  }
  test.each<[string, Change, string]>([
    [
      'insecure',
      (edge) => void (door(edge, 'websecure').forwardedHeaders.insecure = true),
      'x-forwarded-for',
    ],
    [
      'everybody trusted',
      (edge) => void (door(edge, 'websecure').forwardedHeaders.trustedIPs = ['0.0.0.0/0']),
      'x-forwarded-for',
    ],
    ['claims not dropped', without('api-reads', 'drop-claims'), 'forwarded'],
  ])('%s', (_name, change, claim) => {
    const edge = structuredClone(sampleEdge('prod'))
    expect(carried(edge)).toEqual([])
    change(edge)
    expect(carried(edge)).toEqual([claim])
  })
})

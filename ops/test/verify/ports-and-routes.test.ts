import { parse, stringify } from 'yaml'
import { describe, expect, test } from 'vitest'
import { type CapturedFile, joinFiles, splitFiles } from '../../probes/captured.ts'
import { judgeCaptures } from '../../probes/ports-and-routes.ts'
import { aCapture } from '../samples/captured.ts'

type Texts = Partial<Record<CapturedFile, string>>
const judged = (texts: Texts) =>
  judgeCaptures((file) => {
    const text = texts[file]
    return text === undefined ? { because: 'a test took it away' } : { text }
  })
const without = (...files: CapturedFile[]): Texts =>
  Object.fromEntries(Object.entries(aCapture()).filter(([file]) => !files.includes(file as CapturedFile)))

/** One sentence of a capture said otherwise. That it was there is part of the test. */
const changed = (file: CapturedFile, from: string | RegExp, to: string): Texts => {
  const texts = aCapture()
  const text = texts[file].replace(from, to)
  expect(text).not.toBe(texts[file])
  return { ...texts, [file]: text }
}
const inCompose = (change: (services: Record<string, Record<string, unknown>>) => void): Texts => {
  const texts = aCapture()
  const compose = parse(texts['edge/compose-config.yaml']) as {
    services: Record<string, Record<string, unknown>>
  }
  change(compose.services)
  return { ...texts, 'edge/compose-config.yaml': stringify(compose, { aliasDuplicateObjects: false }) }
}
type Moving = { http: Record<string, Record<string, Record<string, unknown>>> }
const inEdge = (file: string, change: (moving: Moving) => void): Texts => {
  const texts = aCapture()
  const files = splitFiles(texts['edge/traefik-dynamic.yml']).map(({ path, text }) => {
    if (path !== `dynamic/${file}.yml`) return { path, text }
    const moving = parse(text) as Moving
    change(moving)
    return { path, text: stringify(moving, { aliasDuplicateObjects: false }) }
  })
  return { ...texts, 'edge/traefik-dynamic.yml': joinFiles(files) }
}
const anotherFile = (text: string): Texts => {
  const texts = aCapture()
  const files = splitFiles(texts['edge/traefik-dynamic.yml'])
  return {
    ...texts,
    'edge/traefik-dynamic.yml': joinFiles([...files, { path: 'dynamic/left-behind.yml', text }]),
  }
}
const unlimited = (router: string) =>
  inEdge('routers', ({ http }) => {
    const one = http['routers']?.[router] as { middlewares: string[] }
    one.middlewares = one.middlewares.filter((name) => name !== 'rate-limit')
  })

test('R34: only the edge is published, and its routes lead to the servers alone', () => {
  expect(judged(aCapture())).toMatchObject({ verdict: 'pass', facts: { edge: 'traefik' } })
})

describe('R34: one thing is otherwise, and is named', () => {
  test.each<[string, () => Texts, RegExp]>([
    [
      'the database is published',
      () => changed('edge/compose-ps.txt', '\t5432/tcp', '\t127.0.0.1:5432->5432/tcp'),
      /^postgres publishes port 5432\.$/,
    ],
    [
      'a slot is published',
      () => changed('edge/compose-ps.txt', '8000/tcp', '0.0.0.0:8000->8000/tcp, [::]:8000->8000/tcp'),
      /^server-a publishes port 8000\.$/,
    ],
    [
      'the edge publishes its dashboard',
      () => changed('edge/compose-ps.txt', '0.0.0.0:443', '0.0.0.0:8080->8080/tcp, 0.0.0.0:443'),
      /^traefik publishes port 8080\.$/,
    ],
    [
      'the edge does not listen for https',
      () => changed('edge/compose-ps.txt', /, 0\.0\.0\.0:443.*?tcp, .*?tcp/, ''),
      /^traefik does not publish port 443\.$/,
    ],
    [
      'something of which nobody knows is published',
      () => changed('edge/compose-ps.txt', /^/, 'adminer\trunning\t\t0.0.0.0:8081->8080/tcp\tadminer\n'),
      /^adminer publishes port 8081\.$/,
    ],
    [
      'the database will be published at its next start',
      () => inCompose((services) => (services['postgres']!['ports'] = ['127.0.0.1:5432:5432'])),
      /^postgres is told to publish port 5432\.$/,
    ],
    [
      'the same, as the engine writes it',
      () =>
        inCompose(
          (services) =>
            (services['redis']!['ports'] = [{ mode: 'ingress', target: 6379, published: '6379' }]),
        ),
      /^redis is told to publish port 6379\.$/,
    ],
    [
      'the worker is in the network of the host',
      () => inCompose((services) => (services['jobs']!['network_mode'] = 'host')),
      /^jobs shares the network of the host\.$/,
    ],
    [
      'a service leads to Redis',
      () =>
        inEdge('services', ({ http }) => {
          http['services']!['cache'] = { loadBalancer: { servers: [{ url: 'http://redis:6379' }] } }
        }),
      /^the service cache leads to redis:6379\.$/,
    ],
    [
      'a service leads to the worker, which is told a port as well',
      () => changed('edge/traefik-dynamic.yml', 'http://server-b:8000', 'http://jobs:8000'),
      /^the service app leads to jobs:8000\.$/,
    ],
    [
      'a service leads to another port than SERVER_PORT',
      () => changed('edge/traefik-dynamic.yml', 'http://server-a:8000', 'http://server-a:9000'),
      /^the service app leads to server-a:9000, and SERVER_PORT is 8000\.$/,
    ],
    [
      'SERVER_PORT is another one than the edge knows',
      () =>
        inCompose((services) => {
          const environment = services['server-b']!['environment'] as Record<string, string>
          environment['SERVER_PORT'] = '8080'
        }),
      /^the service app leads to server-b:8000, and SERVER_PORT is 8080\.$/,
    ],
    [
      'a route of another kind leads to Redis',
      () =>
        anotherFile(
          'tcp:\n  routers: { redis: { rule: HostSNI(`*`), service: redis } }\n  services: { redis: { loadBalancer: { servers: [{ address: "redis:6379" }] } } }\n',
        ),
      /^dynamic\/left-behind\.yml has routes of another kind: tcp\.$/,
    ],
    [
      'a file that was left behind has a router before all others',
      () =>
        anotherFile(
          'http: { routers: { all: { entryPoints: [websecure], rule: Host(`staging.example.com`), priority: 5000, middlewares: [], service: app, tls: {} } } }\n',
        ),
      /let through/,
    ],
    [
      'the metrics are let through',
      () => changed('edge/traefik-dynamic.yml', 'PathPrefix(`/metrics`) || ', ''),
      /^GET https:\/\/staging\.example\.com\/metrics is let through/,
    ],
    [
      'what is internal is let through',
      () =>
        inEdge('routers', ({ http }) => {
          http['routers']!['inside']!['priority'] = 1
        }),
      /internal is let through/,
    ],
    [
      'pages are served without TLS',
      () =>
        inEdge('routers', ({ http }) => {
          const plain = http['routers']!['plain-pages']!
          plain['middlewares'] = ['security-headers']
        }),
      /^http:\/\/staging\.example\.com\/ is not sent on to https\.$/,
    ],
    ['reads are not counted', () => unlimited('api-reads'), /GET https:.*\/api\/health passes no rate limit/],
    [
      'guesses are not counted',
      () => unlimited('api'),
      /POST https:.*\/api\/auth\/login passes no rate limit/,
    ],
    [
      'routes come from labels of containers too',
      () => changed('edge/traefik-static.yml', 'providers:\n', 'providers:\n  docker: {}\n'),
      /^routes come from elsewhere too: docker\.$/,
    ],
    [
      'the edge listens somewhere else',
      () =>
        changed(
          'edge/traefik-static.yml',
          '  ping:\n    address: 127.0.0.1:8082',
          '  ping:\n    address: :8082',
        ),
      /listens on :8082/,
    ],
    [
      'a router names what is not there, and Traefik would forget it',
      () => changed('edge/traefik-dynamic.yml', '- refuse\n', '- refuze\n'),
      /cannot be read: .*refuze/,
    ],
    [
      'the files are no YAML',
      () => changed('edge/traefik-dynamic.yml', 'http:\n', 'http: ]['),
      /^the files of the edge cannot be read/,
    ],
  ])('%s', (_what, texts, because) => {
    const { verdict, because: said } = judged(texts())
    expect([verdict, said]).toEqual(['fail', expect.stringMatching(because)])
  })
})

describe('R34: what was not captured is not taken for good', () => {
  test.each<CapturedFile>([
    'edge/compose-ps.txt',
    'edge/compose-config.yaml',
    'edge/traefik-static.yml',
    'edge/traefik-dynamic.yml',
  ])('%s', (file) => {
    expect(judged(without(file))).toMatchObject({ verdict: 'not-checked', because: `It lacks ${file}.` })
  })

  test('what is wrong in the rest fails all the same', () => {
    const texts = changed('edge/compose-ps.txt', '\t5432/tcp', '\t0.0.0.0:5432->5432/tcp')
    delete texts['edge/traefik-static.yml']
    expect(judged(texts)).toMatchObject({ verdict: 'fail', because: 'postgres publishes port 5432.' })
  })
})

test('R34: where something else is the edge its routes are not known, and what is inner publishes nothing', () => {
  const other = (): Texts => {
    const texts = inCompose((services) => delete services['traefik'])
    const table = texts['edge/compose-ps.txt']?.replace(
      /^traefik.*$/m,
      'stand-in\trunning\t\t127.0.0.1:3100->8080/tcp\tproxy',
    )
    return { ...texts, 'edge/compose-ps.txt': table ?? '' }
  }
  expect(judged(other())).toMatchObject({ verdict: 'not-checked', facts: { edge: 'another' } })
  const open = other()
  open['edge/compose-ps.txt'] =
    open['edge/compose-ps.txt']?.replace('\t6379/tcp', '\t0.0.0.0:6379->6379/tcp') ?? ''
  expect(judged(open)).toMatchObject({ verdict: 'fail', because: 'redis publishes port 6379.' })
})

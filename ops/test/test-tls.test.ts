import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttp, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext, createServer, type SecureVersion } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { makeCertificate } from '@latchkey/shared/certificate'
import { testTls } from '../tls/test-tls.ts'

const days = (many: number) => new Date(Date.now() + many * 86_400_000)
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})
const closing: (() => Promise<void>)[] = []

type Edge = {
  names?: [string, ...string[]]
  until?: number
  versions?: [SecureVersion, SecureVersion]
  rsa?: boolean
  anyName?: boolean
  http?: RequestListener
  believed?: boolean
}

const edgeHttp: RequestListener = (req, res) =>
  req.url?.startsWith('/api')
    ? res.writeHead(403).end()
    : res.writeHead(301, { location: 'https://localhost/' }).end()

/** An edge on loopback: right in everything, but for what it is told to be wrong in. */
async function openEdge({
  names = ['localhost'],
  until = 90,
  versions,
  rsa,
  anyName,
  http,
  believed = true,
}: Edge = {}) {
  const key = rsa
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        .privateKey.export({ type: 'pkcs8', format: 'pem' })
        .toString()
    : undefined
  const pair = makeCertificate({ names, from: days(-100), until: days(until), ...(key && { key }) })
  const [minVersion, maxVersion] = versions ?? ['TLSv1.2', 'TLSv1.3']
  const secure = { ...pair, minVersion, maxVersion, ciphers: 'DEFAULT:@SECLEVEL=0' } as const
  const server = createServer(
    anyName
      ? secure
      : {
          ...secure,
          SNICallback: (name, done) =>
            name === 'localhost' ? done(null, createSecureContext(secure)) : done(new Error('nobody')),
        },
    (socket) => socket.on('error', () => {}).end(),
  )
  server.on('tlsClientError', () => {})
  const pages = createHttp(http ?? edgeHttp)
  for (const one of [server, pages]) {
    one.listen(0, '127.0.0.1')
    await once(one, 'listening')
    closing.push(async () => void one.close())
  }
  const portOf = (one: typeof server | typeof pages) => (one.address() as AddressInfo).port
  const target = {
    host: 'localhost',
    address: '127.0.0.1',
    port: portOf(server),
    httpPort: portOf(pages),
    ca: believed ? pair.cert : undefined,
  }
  return { target, cert: pair.cert }
}

async function verdictsOf(edge: Edge, untrusted = false) {
  const { target } = await openEdge(edge)
  const checks = await testTls(target, { untrusted })
  return Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict]))
}
const failing = async (edge: Edge, untrusted = false) =>
  Object.entries(await verdictsOf(edge, untrusted))
    .filter(([, verdict]) => verdict === 'fail')
    .map(([name]) => name)

describe('P12, N3: knocking at an edge', () => {
  test('that is right in everything', async () => {
    expect(await verdictsOf({})).toEqual({
      TLSv1: 'pass',
      'TLSv1.1': 'pass',
      'TLSv1.2': 'pass',
      'TLSv1.3': 'pass',
      'forward secrecy': 'pass',
      chain: 'pass',
      name: 'pass',
      time: 'pass',
      'strict names': 'pass',
      redirect: 'pass',
      'api over http': 'pass',
    })
  })

  test.each<[string, Edge, string[]]>([
    ['speaks TLS 1.1 beside the others', { versions: ['TLSv1.1', 'TLSv1.3'] }, ['TLSv1.1']],
    ['speaks the oldest', { versions: ['TLSv1', 'TLSv1.3'] }, ['TLSv1', 'TLSv1.1']],
    ['speaks TLS 1.3 alone', { versions: ['TLSv1.3', 'TLSv1.3'] }, ['TLSv1.2']],
    ['can be opened by whoever finds its key', { rsa: true }, ['forward secrecy']],
    ['is over', { until: -1 }, ['time']],
    ['is made out to somebody else', { names: ['other.example'] }, ['name']],
    ['is believed by nobody', { believed: false }, ['chain']],
    ['answers to any name', { anyName: true }, ['strict names']],
    ['does not redirect', { http: (_, res) => res.end('hello') }, ['redirect', 'api over http']],
    [
      'redirects to somebody else',
      { http: (_, res) => res.writeHead(301, { location: 'https://other.example/' }).end() },
      ['redirect', 'api over http'],
    ],
    [
      'redirects to http',
      {
        http: (req, res) =>
          res.writeHead(req.url === '/' ? 302 : 404, { location: 'http://localhost/x' }).end(),
      },
      ['redirect'],
    ],
  ])('that %s', async (_, edge, failed) => expect(await failing(edge)).toEqual(failed))

  test('that speaks TLS 1.1 alone', async () => {
    const failed = await failing({ versions: ['TLSv1.1', 'TLSv1.1'] })
    expect(failed).toEqual(['TLSv1.1', 'TLSv1.2', 'TLSv1.3', 'certificate'])
  })

  test('whose certificate ends soon, or need not be believed', async () => {
    expect(await verdictsOf({ until: 5 })).toMatchObject({ time: 'warn' })
    expect(await failing({ believed: false }, true)).toEqual([])
    expect(await failing({ believed: false, until: -1 }, true)).toEqual(['time'])
  })

  test('where nobody is', async () => {
    const checks = await testTls(
      { host: 'localhost', address: '127.0.0.1', port: 1, httpPort: 1 },
      { untrusted: false },
    )
    expect(checks).toMatchObject([{ name: 'reached', verdict: 'fail', next: 'npm run doctor' }])
  })
})

test('P12: npm run test-tls says it to a program, and fails', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-tls-'))
  const run = async (edge: Edge, ...words: string[]) => {
    const { target, cert } = await openEdge(edge)
    writeFileSync(join(folder, 'ca.pem'), cert)
    const places = [
      '--host',
      'localhost',
      '--address',
      '127.0.0.1',
      '--port',
      `${target.port}`,
      '--http-port',
      `${target.httpPort}`,
    ]
    const tool = join(import.meta.dirname, '../test-tls.ts')
    const child = spawn(process.execPath, [tool, ...places, '--ca', join(folder, 'ca.pem'), ...words])
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    const [code] = (await once(child, 'close')) as [number]
    return { code, said }
  }
  const good = await run({}, '--json')
  expect([good.code, (JSON.parse(good.said) as { ok: boolean }).ok]).toEqual([0, true])
  const bad = await run({ until: -1 })
  expect(bad.code).toBe(1)
  expect(bad.said).toMatch(/✗ time +is over since [^]*1 fail/)
  expect((await run({}, '--host', '-oProxyCommand=x')).code).toBe(1)
  rmSync(folder, { recursive: true })
})

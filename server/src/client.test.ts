import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import express from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveClient } from './client.ts'
import { Browser } from './test/browser.ts'

const dist = mkdtempSync(join(tmpdir(), 'latchkey-dist-'))
const published = mkdtempSync(join(tmpdir(), 'latchkey-published-'))
const SHELL = '<!doctype html><title>Shell</title>'
mkdirSync(join(dist, 'assets'))
writeFileSync(join(dist, 'index.html'), SHELL)
writeFileSync(join(dist, 'favicon.svg'), '<svg/>')
writeFileSync(join(dist, 'assets/app-1a2b3c4d.js'), 'run()')
writeFileSync(join(dist, 'assets/app-1a2b3c4d.js.br'), brotliCompressSync('run()'))
writeFileSync(join(dist, 'assets/app-1a2b3c4d.js.gz'), gzipSync('run()'))

let server: Server
let browser: Browser
beforeAll(async () => {
  server = createServer(
    express()
      .use(serveClient({ dist, published }))
      .use((_req, res) => void res.status(404).send('nothing')),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  browser = new Browser(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
afterAll(() => {
  server.close()
  for (const folder of [dist, published]) rmSync(folder, { recursive: true })
})

const PAGE = { headers: { accept: 'text/html,application/xhtml+xml' } }

describe('decision 37: the shell', () => {
  test.each(['/', '/login', '/nobody/lives/here', '/index.html'])('%s', async (path) => {
    const answer = await browser.get(path, PAGE)
    expect([answer.status, answer.text]).toEqual([200, SHELL])
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect((await browser.send('HEAD', path, PAGE)).status).toBe(200)
  })

  test('the start page answers a program that takes anything', async () => {
    expect((await browser.get('/', { headers: { accept: '*/*' } })).text).toBe(SHELL)
    expect((await browser.get('/', { headers: { accept: 'application/json' } })).status).toBe(404)
  })

  test('is not what asks for data, writes, an API path or a missing file', async () => {
    expect((await browser.get('/nobody', { headers: { accept: 'application/json' } })).status).toBe(404)
    expect((await browser.send('POST', '/login', PAGE)).status).toBe(404)
    for (const path of [
      '/api/nothing',
      '/v1/nothing',
      '/internal/x',
      '/dev/nothing',
      '/assets/gone-00000000.js',
    ])
      expect((await browser.get(path, PAGE)).status).toBe(404)
  })
})

describe('N14: files', () => {
  const ASSET = '/assets/app-1a2b3c4d.js'

  test('with a fingerprint are kept for ever, in the encoding that was asked for', async () => {
    for (const encoding of ['br', 'gzip', 'identity']) {
      const answer = await browser.get(ASSET, { headers: { 'accept-encoding': encoding } })
      expect(answer.text).toBe('run()')
      expect(answer.headers.get('content-encoding')).toBe(encoding === 'identity' ? null : encoding)
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(answer.headers.get('vary')).toContain('Accept-Encoding')
    }
  })

  test('without one are asked for anew, and unchanged ones cost nothing', async () => {
    const answer = await browser.get('/favicon.svg')
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(answer.headers.get('content-type')).toBe('image/svg+xml')
    const etag = answer.headers.get('etag') ?? ''
    expect((await browser.get('/favicon.svg', { headers: { 'if-none-match': etag } })).status).toBe(304)
  })

  test.each([
    '/../package.json',
    '/assets/../../package.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/app-1a2b3c4d.js.br',
    '/__proto__',
  ])('nothing outside of the build is served: %s', async (path) =>
    expect((await browser.get(path)).status).toBe(404),
  )
})

describe('decision 30: the files of another build, which a page that is open asks for', () => {
  test('are served from the shared folder, compressed, for ever, and from the moment they are there', async () => {
    const path = '/assets/app-of-before.js'
    expect((await browser.get(path)).status).toBe(404)
    writeFileSync(join(published, 'app-of-before.js'), 'before()')
    writeFileSync(join(published, 'app-of-before.js.br'), brotliCompressSync('before()'))
    const answer = await browser.get(path, { headers: { 'accept-encoding': 'br' } })
    expect([answer.status, answer.text]).toEqual([200, 'before()'])
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(answer.headers.get('content-encoding')).toBe('br')
  })

  test.each([
    '/assets/../secret.js',
    '/assets/.hidden',
    '/assets/app-of-before.js.br',
    '/assets/half.js.part',
    '/assets/sub/app.js',
    '/assets/%2e%2e%2fsecret.js',
    '/assets/',
  ])('and nothing beside them: %s', async (path) => {
    for (const name of ['.hidden', 'half.js.part', 'app-of-before.js.br'])
      writeFileSync(join(published, name), name)
    writeFileSync(join(published, '..', 'secret.js'), 'secret')
    try {
      expect((await browser.get(path)).status).toBe(404)
    } finally {
      rmSync(join(published, '..', 'secret.js'))
    }
  })
})

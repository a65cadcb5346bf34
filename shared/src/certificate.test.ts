import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:tls'
import { expect, test } from 'vitest'
import { makeCertificate } from './certificate.ts'

const hours = (many: number) => new Date(Date.now() + many * 3_600_000)
const NOW = { from: hours(-1), until: hours(1) }

test('Q13: it is made out to its names, for its time, and to nobody else', () => {
  const { cert } = makeCertificate({ names: ['postgres', 'db.example.com', '127.0.0.1'], ...NOW })
  const read = new X509Certificate(cert)
  expect(read.subject).toBe('CN=postgres')
  expect(read.checkHost('db.example.com')).toBe('db.example.com')
  expect(read.checkHost('example.com')).toBeUndefined()
  expect(read.checkIP('127.0.0.1')).toBe('127.0.0.1')
  expect(read.checkIP('127.0.0.2')).toBeUndefined()
  expect(read.verify(read.publicKey)).toBe(true)
  expect(Math.abs(Date.parse(read.validTo) - NOW.until.getTime())).toBeLessThan(1000)
})

test('a year past 2049 is written in full', () => {
  const until = new Date('2051-03-04T05:06:07Z')
  const { cert } = makeCertificate({ names: ['postgres'], from: hours(-1), until })
  expect(new Date(new X509Certificate(cert).validTo)).toEqual(until)
})

test('a key that is there already is kept, and no two certificates are the same', () => {
  const first = makeCertificate({ names: ['postgres'], ...NOW })
  const second = makeCertificate({ names: ['postgres'], ...NOW, key: first.key })
  expect(second.key).toBe(first.key)
  const [one, two] = [new X509Certificate(first.cert), new X509Certificate(second.cert)]
  expect(one.serialNumber).not.toBe(two.serialNumber)
  expect(two.publicKey.equals(one.publicKey)).toBe(true)
})

test.each([
  ['whoever trusts it', 'postgres', NOW, undefined],
  ['no other name', 'other', NOW, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['nobody once it is over', 'postgres', { from: hours(-2), until: hours(-1) }, 'CERT_HAS_EXPIRED'],
])('N5: it convinces %s', async (_, servername, time, refusal) => {
  const pair = makeCertificate({ names: ['postgres'], ...time })
  const server = createServer(pair, (socket) => socket.end()).listen(0, '127.0.0.1')
  server.on('tlsClientError', () => {})
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = connect({ port, host: '127.0.0.1', servername, ca: pair.cert })
  const said = await once(client, 'secureConnect').then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code,
  )
  client.destroy()
  server.close()
  expect(said).toBe(refusal)
})

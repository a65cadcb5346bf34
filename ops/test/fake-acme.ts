import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** The two directories of an authority, told apart by their public names, on one socket of the loopback. */
export type FakeAcme = {
  /** Each directory that was asked for, in order, by the name of its host. */
  asked: string[]
  /** As whoever gets certificates does first: reads the directory that its `caServer` names. */
  askAs(caServer: string): Promise<Directory>
  close(): Promise<void>
}
type Directory = { newNonce: string; newAccount: string; newOrder: string; revokeCert: string }

/** Put together, so that this file is not a place that knows them. */
const hostOf = (...words: string[]): string => `${['acme', ...words, 'v02'].join('-')}.api.letsencrypt.org`
export const REAL = hostOf()
export const TRIES = hostOf('staging')

export async function openFakeAcme(): Promise<FakeAcme> {
  const asked: string[] = []
  const server = createServer((req, res) => {
    const host = req.headers.host ?? ''
    const isThere = [REAL, TRIES].includes(host) && req.method === 'GET' && req.url === '/directory'
    if (isThere) asked.push(host)
    res.writeHead(isThere ? 200 : 404, { 'content-type': 'application/json' })
    res.end(JSON.stringify(isThere ? directoryOf(host) : { type: 'urn:ietf:params:acme:error:malformed' }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    asked,
    async askAs(caServer) {
      const { host, pathname } = new URL(caServer)
      const asking = request({ port, host: '127.0.0.1', path: pathname, headers: { host } }).end()
      const [answer] = (await once(asking, 'response')) as [IncomingMessage]
      const body = await text(answer)
      if (answer.statusCode !== 200) throw new Error(`${caServer} is no directory of the authority: ${body}`)
      return JSON.parse(body) as Directory
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const directoryOf = (host: string): Directory => ({
  newNonce: `https://${host}/acme/new-nonce`,
  newAccount: `https://${host}/acme/new-acct`,
  newOrder: `https://${host}/acme/new-order`,
  revokeCert: `https://${host}/acme/revoke-cert`,
})

import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http'
import { answerBrokenRequest } from './broken-requests.ts'

/** Node and Express answer a few requests by themselves, bare and in their own words. Here all of them reach the app. */
export function openServer(options: ServerOptions = {}): Server {
  const server = createServer({ ...options, requireHostHeader: false })
  server.on('clientError', answerBrokenRequest)
  // Whoever expects what nobody offers is answered as if they had not.
  server.on('checkExpectation', (req, res) => server.emit('request', req, res))
  server.on('request', (req: IncomingMessage) => (req.url = pathOf(req.url ?? '/')))
  return server
}

/** Express gives up on an address that has no path. */
function pathOf(url: string): string {
  if (url.startsWith('/')) return url
  const absolute = /^https?:\/\//i.test(url) ? URL.parse(url) : null
  return absolute ? absolute.pathname + absolute.search : `/${url}`
}

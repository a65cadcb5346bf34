import http, { type IncomingHttpHeaders } from 'node:http'
import https from 'node:https'
import { BRAND } from '@latchkey/shared/brand'

/** The live product as somebody outside meets it. Redirects are answers, and every answer is remembered by its id. */
export type Site = {
  origin: URL
  /** Where to connect, when the name is not to be asked. */
  address: string | undefined
  ask(path: string, ask?: Ask): Promise<Answer>
  /** The same site, by another name and scheme. */
  as(origin: string): Site
  /** The same site, remembering apart. */
  apart(): Site
  heard: Heard[]
  close(): void
}
export type Ask = {
  method?: string
  headers?: Readonly<Record<string, string | undefined>>
  /** An object goes as JSON. */
  body?: unknown
  timeoutMs?: number
}
export type Answer = {
  status: number
  headers: IncomingHttpHeaders
  cookies: string[]
  text: string
  ms: number
  requestId: string | undefined
}
type Heard = { method: string; path: string; status: number; ms: number; requestId: string | undefined }
export type SiteOptions = {
  origin: string
  address?: string | undefined
  /** A staging certificate is nobody's to trust; the probe of certificates says so, and the others go on. */
  trustsAnybody?: boolean
}

const TIMEOUT_MS = 15_000
/** Nothing that the product sends is larger; whoever sends more is not it. */
const BODY_MOST = 8 * 1024 * 1024

export function openSite({ origin, address, trustsAnybody = false }: SiteOptions): Site {
  const agents = {
    'http:': new http.Agent({ keepAlive: true }),
    'https:': new https.Agent({ keepAlive: true, rejectUnauthorized: !trustsAnybody }),
  }
  const at = (url: URL, heard: Heard[]): Site => ({
    origin: url,
    address,
    heard,
    ask: (path, ask = {}) => send({ url, address, agents }, path, ask, heard),
    as: (other) => at(new URL(other), heard),
    apart: () => at(url, []),
    close: () => Object.values(agents).forEach((agent) => agent.destroy()),
  })
  return at(new URL(origin), [])
}

type Way = {
  url: URL
  address: string | undefined
  agents: { 'http:': http.Agent; 'https:': https.Agent }
}

function send({ url, address, agents }: Way, path: string, ask: Ask, heard: Heard[]): Promise<Answer> {
  const { method = 'GET', headers = {}, body, timeoutMs = TIMEOUT_MS } = ask
  const isSecure = url.protocol === 'https:'
  const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const given = Object.entries({
    host: url.host,
    'user-agent': AGENT,
    'content-type': payload === undefined ? undefined : 'application/json',
    'content-length': payload === undefined ? undefined : String(Buffer.byteLength(payload)),
    ...headers,
  }).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const startedAt = performance.now()

  return new Promise((resolve, reject) => {
    const request = (isSecure ? https : http).request({
      agent: agents[isSecure ? 'https:' : 'http:'],
      host: address ?? bare(url.hostname),
      port: url.port || (isSecure ? 443 : 80),
      ...(isSecure && { servername: serverNameOf(url.hostname) }),
      method,
      path,
      headers: Object.fromEntries(given),
      setHost: false,
      signal: AbortSignal.timeout(timeoutMs),
    })
    request.once('error', (error) => reject(failureOf(error, `${method} ${url.origin}${path}`, timeoutMs)))
    request.once('response', (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > BODY_MOST) response.destroy(new Error(`sent more than ${BODY_MOST} bytes`))
        else chunks.push(chunk)
      })
      response.once('error', (error) => reject(failureOf(error, `${method} ${url.origin}${path}`, timeoutMs)))
      response.once('end', () => {
        const { statusCode: status = 0, headers: told } = response
        const requestId = oneOf(told['x-request-id'])
        const ms = Math.round((performance.now() - startedAt) * 10) / 10
        heard.push({ method, path, status, ms, requestId })
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ status, headers: told, cookies: told['set-cookie'] ?? [], text, ms, requestId })
      })
    })
    request.end(payload)
  })
}

/** Recognised in the logs, and as a kind of browser that stays the same. */
const AGENT = `${BRAND.slug}-verify/1`

/** A name for TLS is never an address. */
export const serverNameOf = (hostname: string): string => (/^[\d.]+$|^\[/.test(hostname) ? '' : hostname)

export const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '')
export const oneOf = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value

function failureOf(error: Error & { code?: string }, what: string, timeoutMs: number): Error {
  if (error.name === 'TimeoutError' || error.name === 'AbortError')
    return new Error(`${what} did not answer within ${timeoutMs / 1000} s`, { cause: error })
  return new Error(`${what} was not answered: ${error.code ?? error.message}`, { cause: error })
}

/** What an answer holds, when it is JSON. */
export function jsonOf(answer: Answer): Record<string, unknown> {
  const type = oneOf(answer.headers['content-type']) ?? 'nothing'
  if (!/^application\/json\b/.test(type))
    throw new Error(`expected JSON, and was answered ${answer.status} as ${type}`)
  const value: unknown = JSON.parse(answer.text)
  if (typeof value !== 'object' || value === null) throw new Error('the JSON is no object')
  return value as Record<string, unknown>
}

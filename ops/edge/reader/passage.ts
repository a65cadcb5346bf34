import { BlockList, isIP } from 'node:net'
import type { Headers, IpStrategy, Middleware, Middlewares } from '../configuration.ts'
import type { Asked } from './request.ts'

/** What a request has become on its way through the middlewares. */
export type Passage = {
  asked: Asked
  /** The address as it stands after the entry point has cleaned the path. */
  url: string
  /** Of the headers that the client sent, those that go on, by their names in small letters. */
  carried: Record<string, string>
  /** Headers that the edge puts on the answer, or takes from it where they are empty. */
  answer: Record<string, string>
  through: string[]
  attempts: number
}
export type End =
  { kind: 'redirect'; status: number; to: string } | { kind: 'refused'; status: number; by: string }

type Kind = keyof Middlewares
type Step<K extends Kind> = (options: Middlewares[K], passage: Passage, name: string) => End | undefined

/** What each kind does to a request. A kind that does not stand here is not understood, and nothing is said of it. */
const STEPS: { [K in Kind]: Step<K> } = {
  headers: passHeaders,
  ipAllowList: ({ sourceRange, rejectStatusCode = 403, ipStrategy }, passage, by) =>
    isIn(sourceRange, sourceOf(passage, ipStrategy))
      ? undefined
      : { kind: 'refused', status: rejectStatusCode, by },
  basicAuth: ({ removeHeader }, { asked, carried }, by) => {
    if (!asked.isKnown) return { kind: 'refused', status: 401, by }
    if (removeHeader) delete carried['authorization']
  },
  redirectScheme: ({ scheme, permanent }, { asked, url }) => {
    const to = url.replace(/^https?:\/\/([^/:]+|\[[^\]]*\])(?::\d+)?/, `${scheme}://$1`)
    return to === url ? undefined : redirect(asked, to, permanent)
  },
  redirectRegex: ({ regex, replacement, permanent }, { asked, url }) => {
    const to = url.replace(new RegExp(regex), replacement.replaceAll(/\$\{(\d+)\}/g, '$$$1'))
    return to === url ? undefined : redirect(asked, to, permanent)
  },
  rateLimit: () => undefined,
  buffering: ({ maxRequestBodyBytes }, { asked }, by) =>
    asked.bodyBytes > maxRequestBodyBytes ? { kind: 'refused', status: 413, by } : undefined,
  retry: ({ attempts }, passage) => void (passage.attempts = attempts),
}

/** One middleware, and what came of it where it was the last. */
export function pass(name: string, middleware: Middleware, passage: Passage): End | undefined {
  const [[kind, options] = ['', undefined], ...more] = Object.entries(middleware)
  if (more.length > 0 || !Object.hasOwn(STEPS, kind))
    throw new Error(
      `${name} is a middleware that this reader does not know: ${Object.keys(middleware).join(', ')}`,
    )
  passage.through.push(name)
  return (STEPS[kind as Kind] as Step<Kind>)(options as Middlewares[Kind], passage, name)
}

const redirect = ({ method }: Asked, to: string, permanent: boolean): End => {
  const isRead = method === 'GET'
  return { kind: 'redirect', status: permanent ? (isRead ? 301 : 308) : isRead ? 302 : 307, to }
}

/** How each option appears on an answer. */
const ON_ANSWER: {
  [Option in keyof Headers]?: (value: Headers[Option], passage: Passage) => Record<string, string>
} = {
  frameDeny: (on) => (on ? { 'x-frame-options': 'DENY' } : {}),
  contentTypeNosniff: (on) => (on ? { 'x-content-type-options': 'nosniff' } : {}),
  customBrowserXSSValue: (value = '') => ({ 'x-xss-protection': value }),
  referrerPolicy: (value = '') => ({ 'referrer-policy': value }),
  permissionsPolicy: (value = '') => ({ 'permissions-policy': value }),
  contentSecurityPolicy: (value = '') => ({ 'content-security-policy': value }),
  customResponseHeaders: (headers = {}) => inSmallLetters(headers),
  customRequestHeaders: () => ({}),
  stsIncludeSubdomains: () => ({}),
  stsSeconds: () => ({}),
}

function passHeaders(options: Headers, passage: Passage): undefined {
  const { answer, carried, asked } = passage
  for (const [name, value] of Object.entries(options) as [keyof Headers, never][]) {
    const onAnswer = ON_ANSWER[name]
    if (!onAnswer)
      throw new Error(`an option of a headers middleware that this reader does not know: ${name}`)
    Object.assign(answer, onAnswer(value, passage))
  }
  for (const [name, value] of Object.entries(inSmallLetters(options.customRequestHeaders ?? {})))
    if (value === '') delete carried[name]
    else throw new Error(`a header is set on the way in, and nothing here needs that: ${name}`)
  // Said over TLS only; on a plain answer a browser would not believe it.
  if (options.stsSeconds && asked.scheme === 'https')
    answer['strict-transport-security'] =
      `max-age=${options.stsSeconds}${options.stsIncludeSubdomains ? '; includeSubDomains' : ''}`
}

const inSmallLetters = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

/** Whose address counts. With all of them excluded it is nobody's. */
function sourceOf({ asked, carried }: Passage, { excludedIPs }: IpStrategy = {}): string {
  if (!excludedIPs) return asked.from
  const hops = (carried['x-forwarded-for'] ?? '').split(',').map((hop) => hop.trim())
  return hops.findLast((hop) => hop !== '' && !isIn(excludedIPs, hop)) ?? ''
}

export function isIn(ranges: readonly string[], address: string): boolean {
  if (isIP(address) === 0) return false
  const list = new BlockList()
  for (const range of ranges) {
    const [network = '', bits] = range.split('/')
    const family = familyOf(network)
    list.addSubnet(network, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  return list.check(address, familyOf(address))
}
const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

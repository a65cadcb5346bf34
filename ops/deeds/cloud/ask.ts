import type { Secret } from '@latchkey/shared/secret'
import { z } from 'zod'
import { sleep } from '../../local/sleep.ts'
import { CloudFailed } from './cloud-failed.ts'
import { links, refusal } from './shapes.ts'

/** Where the cloud is, and what opens it. `pace` and `patienceMs` are the tests' to shorten. */
export type Cloud = {
  url: string
  token: Secret
  patienceMs?: number
  pace?: (ms: number) => Promise<unknown>
}
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH'
export type Question = { method?: Method; path: string; body?: unknown }
export type Ask = {
  one<T>(shape: z.ZodType<T>, question: Question): Promise<T>
  /** Every page of a list. */
  all<T>(shape: z.ZodType<T>, path: string): Promise<T[]>
}

const PATIENCE_MS = 30_000
/** Before the second try and those after it. */
const WAITS_MS = [500, 1000, 2000, 4000]
/** A limit that lasts longer is for the person to wait out. */
const LONGEST_LIMIT_MS = 120_000
/** 200 a page: nobody has so many droplets. A list that never ends is a mistake of whoever answers. */
const MOST_PAGES = 100

export function askerOf(cloud: Cloud): Ask {
  const base = baseOf(cloud)
  const one = async <T>(shape: z.ZodType<T>, { method = 'GET', path, body }: Question): Promise<T> => {
    const answer = await insist(cloud, { method, url: new URL(path, base), body })
    return read(shape, answer, path)
  }
  const all = async <T>(shape: z.ZodType<T>, path: string): Promise<T[]> => {
    const pages: T[] = []
    const page = z.intersection(shape, z.object({ links }))
    for (let next: string | undefined = `${path}${path.includes('?') ? '&' : '?'}per_page=200`; next;) {
      const { links: more, ...found }: z.infer<typeof page> = await one(page, { path: within(base, next) })
      pages.push(found as T)
      next = more?.pages?.next
      if (pages.length > MOST_PAGES) throw new CloudFailed('odd-answer', `The list ${path} has no end.`)
    }
    return pages
  }
  return { one, all }
}

/** The token goes over TLS, or no further than this machine. */
function baseOf({ url, token }: Cloud): URL {
  const base = new URL(url)
  const isHere = ['127.0.0.1', '[::1]', 'localhost'].includes(base.hostname)
  if (base.protocol !== 'https:' && !isHere)
    throw new CloudFailed(
      'credentials',
      `${base.origin} is no https address: the token would be readable on the way.`,
    )
  if (!/^[\w.~+/=-]+$/.test(token.reveal()))
    throw new CloudFailed('credentials', 'DO_API_TOKEN is empty, or holds characters that no token has.')
  return base
}

/** The token goes to the one place it is for, wherever an answer points. */
function within(base: URL, next: string): string {
  const url = new URL(next, base)
  if (url.origin !== base.origin)
    throw new CloudFailed('odd-answer', `An answer of ${base.origin} sends us on to ${url.origin}.`)
  return url.href
}

type Attempt = { method: Method; url: URL; body: unknown }
type Answer = { status: number; headers: Headers; text: string }

/** Again, where again does no harm: what only reads or sets, and what was turned away at the door. */
async function insist(cloud: Cloud, attempt: Attempt): Promise<string> {
  const pace = cloud.pace ?? sleep
  for (const wait of [...WAITS_MS, undefined]) {
    const answer = await send(cloud, attempt)
    if (typeof answer === 'string' || answer.status >= 500) {
      if (attempt.method === 'POST') throw uncertain(attempt, answer)
      if (wait === undefined) throw unavailable(attempt, answer)
      await pace(wait)
    } else if (answer.status === 429) {
      const until = limitOf(answer.headers)
      if (wait === undefined || until > LONGEST_LIMIT_MS) throw limited(until)
      await pace(Math.max(until, wait))
    } else if (answer.status >= 300) throw refusalOf(attempt, answer)
    else return answer.text
  }
  throw new Error('unreachable: the last round answers or throws')
}

/** An answer, or in a word why there is none. Never fetch's own message: it may quote the header. */
async function send(cloud: Cloud, { method, url, body }: Attempt): Promise<Answer | string> {
  try {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(cloud.patienceMs ?? PATIENCE_MS),
      headers: { authorization: `Bearer ${cloud.token.reveal()}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: response.status, headers: response.headers, text: await response.text() }
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: string } }
    return name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? 'the connection failed')
  }
}

/** Seconds to wait, or the moment when the hour is over. */
function limitOf(headers: Headers): number {
  const [after, reset] = [Number(headers.get('retry-after')), Number(headers.get('ratelimit-reset'))]
  if (after > 0) return after * 1000
  return reset > 0 ? Math.max(0, reset * 1000 - Date.now()) : 0
}

const saidBy = (answer: Answer | string): string =>
  typeof answer === 'string' ? answer : `${answer.status} ${messageOf(answer.text)}`.trim()
const nameOf = ({ method, url }: Attempt): string => `${method} ${url.pathname}`

const uncertain = (attempt: Attempt, answer: Answer | string) =>
  new CloudFailed('uncertain', `It is not known whether ${nameOf(attempt)} was done: ${saidBy(answer)}.`)
const unavailable = (attempt: Attempt, answer: Answer | string) =>
  new CloudFailed('unavailable', `${attempt.url.origin} does not do ${nameOf(attempt)}: ${saidBy(answer)}.`)
const limited = (ms: number) =>
  new CloudFailed(
    'limited',
    `The provider takes no more calls from this account for ${Math.ceil(ms / 1000)} s.`,
  )

function refusalOf(attempt: Attempt, answer: Answer): CloudFailed {
  if (answer.status === 401) return new CloudFailed('credentials', 'The provider does not know this token.')
  if (answer.status === 403)
    return new CloudFailed(
      'credentials',
      `This token may not do ${nameOf(attempt)}: ${messageOf(answer.text)}.`,
    )
  if (answer.status < 400)
    return new CloudFailed(
      'odd-answer',
      `${attempt.url.origin} sends ${nameOf(attempt)} on to somewhere else.`,
    )
  return new CloudFailed('refused', `The provider refuses ${nameOf(attempt)}: ${saidBy(answer)}.`)
}

function messageOf(text: string): string {
  const said = refusal.safeParse(parsed(text))
  return said.success ? said.data.message.replaceAll(/\p{Cc}/gu, ' ').slice(0, 300) : ''
}

function read<T>(shape: z.ZodType<T>, text: string, path: string): T {
  const result = shape.safeParse(parsed(text))
  if (result.success) return result.data
  const where = result.error.issues[0]?.path.join('.') ?? ''
  throw new CloudFailed(
    'odd-answer',
    `The answer to ${path.split('?')[0]} is not what it should be (${where}).`,
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

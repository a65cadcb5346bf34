import { BRAND } from '@latchkey/shared/brand'
import { type Answer, type Ask, jsonOf, type Site } from './site.ts'

/** Somebody with a browser: keeps cookies, and shows the token of the cookie with each write. */
export type Visitor = {
  get(path: string, ask?: Ask): Promise<Answer>
  post(path: string, body?: unknown, headers?: Ask['headers']): Promise<Answer>
  /** The CSRF token, fetched where there is none yet. */
  token(): Promise<string>
  /** The cookies as they are sent now. */
  shown(): string
  /** The same browser, at a site that remembers apart. */
  at(site: Site): Visitor
}

export function openVisitor(site: Site, cookies = new Map<string, string>()): Visitor {
  const shown = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')

  async function ask(path: string, { headers, ...rest }: Ask = {}): Promise<Answer> {
    const answer = await site.ask(path, { ...rest, headers: { ...headers, cookie: shown() || undefined } })
    for (const line of answer.cookies) keep(line)
    return answer
  }

  function keep(line: string): void {
    const { name, value, isOver } = cookieOf(line)
    if (isOver) cookies.delete(name)
    else cookies.set(name, value)
  }

  async function token(): Promise<string> {
    const held = [...cookies].find(([name]) => name.endsWith(`${BRAND.slug}_csrf`))?.[1]
    if (held !== undefined) return held
    const { csrfToken } = jsonOf(await ask('/api/auth/csrf'))
    if (typeof csrfToken !== 'string') throw new Error('/api/auth/csrf gave no token')
    return csrfToken
  }

  return {
    shown,
    token,
    at: (other) => openVisitor(other, cookies),
    get: (path, more) => ask(path, more),
    post: async (path, body = {}, headers = {}) =>
      ask(path, { method: 'POST', body, headers: { ...headers, 'x-csrf-token': await token() } }),
  }
}

export type Cookie = { name: string; value: string; isOver: boolean; flags: ReadonlySet<string> }

/** As a server writes it. Flags are in small letters, with their values. */
export function cookieOf(line: string): Cookie {
  const [pair = '', ...rest] = line.split(';').map((part) => part.trim())
  const [name = '', ...value] = pair.split('=')
  const flags = new Set(rest.map((flag) => flag.toLowerCase()))
  const written = value.join('=')
  return { name, value: written, isOver: written === '' || flags.has('max-age=0'), flags }
}

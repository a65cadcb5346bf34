import { parseSetCookie } from 'cookie'

/** A person's browser as the API sees it: it keeps cookies and shows the CSRF token. */
export type Answer = { status: number; headers: Headers; body: unknown; text: string }
export type Ask = { body?: unknown; headers?: Record<string, string | undefined> }

export class Browser {
  readonly jar = new Map<string, string>()
  readonly #origin: string

  constructor(origin: string) {
    this.#origin = origin
  }

  get csrf(): string | undefined {
    return this.jar.get('latchkey_csrf') ?? this.jar.get('__Host-latchkey_csrf')
  }

  get session(): string | undefined {
    return this.jar.get('latchkey_session') ?? this.jar.get('__Host-latchkey_session')
  }

  get(path: string, ask: Ask = {}): Promise<Answer> {
    return this.send('GET', path, ask)
  }

  /** With a CSRF token, fetched when there is none. */
  async post(path: string, body?: unknown, { headers = {} }: Ask = {}): Promise<Answer> {
    if (!this.csrf) await this.get('/api/auth/csrf')
    return this.send('POST', path, { body, headers: { 'x-csrf-token': this.csrf, ...headers } })
  }

  async send(method: string, path: string, { body, headers = {} }: Ask = {}): Promise<Answer> {
    const given = Object.entries({
      cookie: [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ') || undefined,
      'content-type': body === undefined ? undefined : 'application/json',
      ...headers,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined)
    const answer = await fetch(this.#origin + path, {
      method,
      headers: given,
      redirect: 'manual',
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    this.#keep(answer.headers.getSetCookie())
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.startsWith('application/json')
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      body: isJson && text ? JSON.parse(text) : undefined,
    }
  }

  #keep(lines: string[]): void {
    for (const line of lines) {
      const cookie = parseSetCookie(line)
      if (cookie.maxAge === 0 || !cookie.value) this.jar.delete(cookie.name)
      else this.jar.set(cookie.name, cookie.value)
    }
  }
}

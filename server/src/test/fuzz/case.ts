/**
 * One request, in words that mean the same on every run: who asks and with which token is filled in when it is sent.
 * Texts are bytes, one character each, so that a case is JSON whatever it holds.
 */
export type Case = {
  from: 'rest' | 'trpc' | 'header' | 'raw'
  who: Who
  token: 'good' | 'none' | 'wrong'
  method: string
  path: string
  headers: [name: string, value: string][]
  body?: string
  /** Instead of all of it: bytes with `{host}`, `{cookie}` and `{csrf}` in them. */
  raw?: string
}
export type Who = 'nobody' | 'person' | 'admin'

/** What a person or nobody shows. */
export type Papers = { cookie: string; csrf: string }

export const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

export function wireOf(
  one: Case,
  { cookie, csrf }: Papers,
  meta: { host: string; requestId: string },
): Buffer {
  const filled = (text: string) =>
    text.replaceAll('{host}', meta.host).replaceAll('{cookie}', cookie).replaceAll('{csrf}', csrf)
  if (one.raw !== undefined) return Buffer.from(filled(one.raw), 'latin1')
  const usual: [string, string][] = [
    ['Host', meta.host],
    ['Connection', 'close'],
    ['User-Agent', 'fuzz'],
    ['X-Request-Id', meta.requestId],
    ['Cookie', cookie],
    ...(one.token === 'none'
      ? []
      : [['X-CSRF-Token', one.token === 'good' ? csrf : `${csrf}x`] as [string, string]]),
    ...(one.body === undefined
      ? []
      : ([
          ['Content-Type', 'application/json'],
          ['Content-Length', String(one.body.length)],
        ] as [string, string][])),
  ]
  const given = new Set(one.headers.map(([name]) => name.toLowerCase()))
  const headers = [
    ...usual.filter(([name, value]) => value && !given.has(name.toLowerCase())),
    ...one.headers,
  ]
  const head = [`${one.method} ${one.path} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  return Buffer.from(`${filled(head.join('\r\n'))}\r\n\r\n${one.body ?? ''}`, 'latin1')
}

/** Says more or less than it sends, or asks for the connection itself: silence is an answer to that. */
export const isWhole = ({ raw, method, headers }: Case): boolean =>
  raw === undefined &&
  method !== 'CONNECT' &&
  !headers.some(([name]) => /^(content-length|transfer-encoding|expect|upgrade|connection)$/i.test(name))

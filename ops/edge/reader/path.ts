import type { EncodedCharacter, EntryPointHttp } from '../configuration.ts'

/**
 * What Traefik makes of the target of a request before it looks for a router, in its order: fragment, normal form,
 * dots and double slashes. Read in pkg/server/server_entrypoint_tcp.go and pkg/muxer/http/mux.go of v3.6.24.
 */
export type Target = { escaped: string; routed: string; query: string } | { broken: string }

export function readTarget(target: string, { sanitizePath }: Pick<EntryPointHttp, 'sanitizePath'>): Target {
  const [raw = '', ...query] = target.split('?')
  if (!raw.startsWith('/')) return { broken: 'no path' }
  if (/%(?![0-9A-Fa-f]{2})/.test(raw)) return { broken: 'a percent sign that encodes nothing' }
  if (raw.includes('#')) return { broken: 'a fragment' }
  const normal = normalize(escapedOf(raw))
  const escaped = sanitizePath ? sanitize(normal) : normal
  return { escaped, routed: routedOf(escaped), query: query.length > 0 ? `?${query.join('?')}` : '' }
}

/** Go keeps the spelling of a path, unless it holds a character that none may; then it decodes it and spells it anew. */
function escapedOf(raw: string): string {
  if (/^(?:[\w\-.~!$&'()*+,;=:@[\]/]|%[0-9A-Fa-f]{2})*$/.test(raw)) return raw
  return bytesOf(raw).replace(/[^\w\-.~$&+,/:;=@]/g, percent)
}

/** One character a byte, so that what is no UTF-8 stays what it is. */
const bytesOf = (raw: string): string =>
  Buffer.from(raw, 'utf8')
    .toString('latin1')
    .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

const percent = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

const decoded = (code: string): string => String.fromCharCode(Number.parseInt(code.slice(1), 16))

const normalize = (path: string): string =>
  path.replace(/%[0-9A-Fa-f]{2}/g, (code) =>
    /[\w\-.~]/.test(decoded(code)) ? decoded(code) : code.toUpperCase(),
  )

function sanitize(path: string): string {
  const kept: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') kept.pop()
    else if (part !== '' && part !== '.') kept.push(part)
  }
  return `/${kept.join('/')}${path.endsWith('/') && kept.length > 0 ? '/' : ''}`
}

/** Rules are compared with what is spelled plainly; what has a meaning of its own stays encoded. */
const RESERVED = /[:/?#[\]@!$&'()*+,;=%]/
const routedOf = (path: string): string =>
  path.replace(/%[0-9A-F]{2}/g, (code) => (RESERVED.test(decoded(code)) ? code : decoded(code)))

const CODES: Record<EncodedCharacter, string> = {
  allowEncodedSlash: '%2F',
  allowEncodedBackSlash: '%5C',
  allowEncodedNullCharacter: '%00',
  allowEncodedSemicolon: '%3B',
  allowEncodedPercent: '%25',
  allowEncodedQuestionMark: '%3F',
  allowEncodedHash: '%23',
}

/** The first code in the path that the entry point does not let through. Without a word on it, all are let through. */
export function deniedCode(
  escaped: string,
  allowed: EntryPointHttp['encodedCharacters'] | undefined,
): string | undefined {
  const denied = Object.entries(CODES).filter(([name]) => allowed?.[name as EncodedCharacter] === false)
  return denied.map(([, code]) => code).find((code) => escaped.includes(code))
}

import { Transform } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { BRAND } from '@latchkey/shared/brand'
import { escapeHtml } from '@latchkey/shared/html'
import { Secret } from '@latchkey/shared/secret'

/** What stands before everything that the operator's tools write: it hides what must not be told, in whatever form. */
export type Scrubber = {
  text(text: string): string
  /** A value as JSON. A field that is called password is hidden whatever stands in it. */
  json(value: unknown): string
  /** A stream of text, however it is cut into pieces. */
  stream(): Transform
  /** From now on these are hidden as well: some are only known when somebody has been asked. */
  learn(secrets: Iterable<Secret | string>): void
}

export const HIDDEN = '[REDACTED]'

/** A shorter one would stand inside innocent words. */
const SECRET_LEAST = 4
const ENCODED_LEAST = 6
/** So many letters are looked up at each place of a text, which is what makes it one walk however many are looked for. */
const PREFIX = 4

export function openScrubber(secrets: Iterable<Secret | string>): Scrubber {
  const known = new Set(secrets)
  let needles = needlesOf(known)

  const text = (told: string, among = needles): string => {
    const spans = spansIn(told, among)
    return spans.length === 0 ? told : withoutSpans(told, spans, { from: 0, to: told.length })
  }

  function value(given: unknown): unknown {
    if (typeof given === 'string') return text(given)
    if (Array.isArray(given)) return given.map(value)
    if (typeof given !== 'object' || given === null) return given
    return Object.fromEntries(Object.entries(given).map(([key, one]) => [text(key), value(one)]))
  }

  /** Each string by itself, as it was before JSON quoted it; then the whole, for a field with a name that tells. */
  const json = (given: unknown): string =>
    text(JSON.stringify(value(JSON.parse(JSON.stringify(given))), null, 2), NONE)

  /** Nothing leaves before so much of what follows it is known that no secret can begin there and end unseen. */
  function stream(): Transform {
    const decoder = new StringDecoder('utf8')
    const longest = Math.max(0, ...[...needles.values()].map(([first = '']) => first.length))
    const reach = Math.max(PATTERN_MOST, longest)
    let before = ''
    let kept = ''
    const take = (more: string, isLast: boolean): string => {
      kept += more
      if (!isLast && kept.length < 2 * reach) return ''
      const whole = before + kept
      const spans = spansIn(whole, needles)
      const cut = isLast ? whole.length : cutOf(spans, whole.length - reach)
      const from = before.length
      if (cut <= from) return ''
      const told = withoutSpans(whole, spans, { from, to: cut })
      before = whole.slice(cut - 1, cut)
      kept = whole.slice(cut)
      return told
    }
    return new Transform({
      transform: (chunk: Buffer | string, _encoding, done) =>
        done(null, take(decoder.write(Buffer.from(chunk)), false)),
      flush: (done) => done(null, take(decoder.end(), true)),
    })
  }

  function learn(more: Iterable<Secret | string>): void {
    for (const one of more) known.add(one)
    needles = needlesOf(known)
  }

  return { text: (told) => text(told), json, stream, learn }
}

/** What is hidden, and from where on it must not be torn apart. */
type Span = { guard: number; start: number; end: number }
type Needles = ReadonlyMap<string, readonly string[]>
const NONE: Needles = new Map()

function spansIn(text: string, needles: Needles): Span[] {
  const spans: Span[] = []
  for (let at = 0; at + PREFIX <= text.length; at += 1) {
    const longest = needles.get(text.slice(at, at + PREFIX))?.find((needle) => text.startsWith(needle, at))
    if (longest !== undefined) spans.push({ guard: at, start: at, end: at + longest.length })
  }
  for (const pattern of PATTERNS)
    for (const { index, 0: whole, groups } of text.matchAll(pattern)) {
      const end = index + whole.length
      spans.push({ guard: index, start: end - (groups?.['hidden'] ?? whole).length, end })
    }
  return joined(spans)
}

function joined(spans: Span[]): Span[] {
  const result: Span[] = []
  for (const span of spans.toSorted((one, other) => one.start - other.start)) {
    const last = result.at(-1)
    if (!last || span.start >= last.end) result.push({ ...span })
    else {
      last.end = Math.max(last.end, span.end)
      last.guard = Math.min(last.guard, span.guard)
    }
  }
  return result
}

function withoutSpans(text: string, spans: Span[], { from, to }: { from: number; to: number }): string {
  const told: string[] = []
  let at = from
  for (const { start, end } of spans) {
    if (end <= from || start >= to) continue
    told.push(text.slice(at, Math.max(at, start)), HIDDEN)
    at = end
  }
  return told.join('') + text.slice(at, Math.max(at, to))
}

function cutOf(spans: Span[], wanted: number): number {
  let cut = wanted
  for (const { guard, end } of spans.toReversed()) if (guard < cut && cut < end) cut = guard
  return cut
}

/** Of whoever passes by, known to us or not: keys, credentials of a header or a URL, cookies, our own tokens, hashes. */
const PATTERN_MOST = 9000
const PATTERNS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----[\w+/=\s\\]{0,8000}/g,
  /:\/\/(?<hidden>[^\s/@"'<>]{1,512})(?=@)/g,
  /\b(?:[Bb]asic|BASIC|[Bb]earer|BEARER)(?: |%20|\+)(?<hidden>(?=[a-z+/.~_-]{0,64}[A-Z0-9=])[\w+/=.~-]{4,4096})/g,
  new RegExp(`(?:__Host-)?${BRAND.slug}_\\w{1,32}=(?<hidden>[^\\s;,"'<>&]{1,4096})`, 'g'),
  /\$(?:argon2[a-z]{0,2}|2[aby]|apr1|[156])\$[\w./$=,+-]{8,512}/g,
  /\{SHA\}[\w+/=]{20,40}/g,
  /\b(?:dop_v1_[0-9a-f]{64}|gh[opsu]_\w{30,250}|github_pat_\w{30,250})/g,
  /\beyJ[\w-]{8,2000}\.[\w-]{8,4000}\.[\w-]{8,2000}/g,
  /\b[A-Z][A-Z0-9_]{0,60}(?:SECRET|PASSWORD|PASS|TOKEN|PEPPER|PRIVATE_KEY|BASIC_AUTH|ENCRYPTION_KEYS)[A-Z0-9_]{0,20}=(?<hidden>[^\s"'][^\r\n]{0,4096})/g,
  /\\?"(?:password|currentPassword|newPassword|token|resetToken|csrfToken|captchaToken|secret)\\?"\s{0,4}:\s{0,4}\\?"(?<hidden>[^"\\\r\n]{1,4096})/gi,
  /(?<![\w-])[\w-]{43}(?![\w-])/g,
]

/** By their first letters, the longest first. */
function needlesOf(secrets: Iterable<Secret | string>): Needles {
  const all = new Set([...secrets].flatMap((secret) => partsOf(revealed(secret))).flatMap(formsOf))
  const byPrefix = Map.groupBy(all, (needle) => needle.slice(0, PREFIX))
  for (const needles of byPrefix.values()) needles.sort((one, other) => other.length - one.length)
  return byPrefix
}

const revealed = (secret: Secret | string): string => (secret instanceof Secret ? secret.reveal() : secret)

/** A driver speaks of the password of a URL alone, a log of one line of a key, a program of one key of a ring. */
function partsOf(secret: string): string[] {
  const password = URL.canParse(secret) ? new URL(secret).password : ''
  const lines = secret.includes('\n')
    ? secret.split(/\r?\n/).filter((line) => line.length >= 16 && !line.startsWith('-----'))
    : []
  const parts = [secret, secret.trim(), password, decoded(password), ...lines, ...stringsIn(secret)]
  return parts.filter((part) => part.length >= SECRET_LEAST)
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function stringsIn(secret: string): string[] {
  if (!/^\s*[[{]/.test(secret)) return []
  try {
    return leavesOf(JSON.parse(secret))
  } catch {
    return []
  }
}

const leavesOf = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(leavesOf)
      : []

/** Every look that a value takes on its way through a program: quoted, escaped, or in letters for bytes. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value)
  const json = JSON.stringify(value).slice(1, -1)
  const url = encodeURIComponent(value)
  const plain = [value, json, JSON.stringify(json).slice(1, -1), escapeHtml(value), escapeHtml(json)]
  const urls = [url, strictly(url), new URLSearchParams({ v: value }).toString().slice('v='.length)]
  const lowered = urls.map((form) => form.replace(/%../g, (byte) => byte.toLowerCase()))
  const bytewise = ['', '%', '\\x', '\\u00', '\\\\u00'].flatMap((before) => everyByte(bytes, before))
  const encoded = [...bytewise, ...base64Of(bytes)].filter((form) => form.length >= ENCODED_LEAST)
  return [...plain, ...urls, ...lowered, ...encoded].filter((form) => form.length >= PREFIX)
}

/** As those write a URL who leave fewer letters as they are. */
const strictly = (url: string): string =>
  url.replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)

function everyByte(bytes: Buffer, before: string): string[] {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'))
  return [hex, hex.map((byte) => byte.toUpperCase())].map((all) => all.map((byte) => before + byte).join(''))
}

/** Inside something longer it has three looks, by where it begins; what its neighbours touch is left out. */
function base64Of(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    const isCut = (shift + bytes.length) % 3 !== 0
    const written = padded.replace(/={1,2}$/, '').slice(shift === 0 ? 0 : shift + 1, isCut ? -1 : undefined)
    return [written, written.replaceAll('+', '-').replaceAll('/', '_'), encodeURIComponent(written)]
  })
}

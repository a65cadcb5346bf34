import { hash } from 'node:crypto'
import type { Env } from '@latchkey/shared/env'
import type { ClientSeen } from './sessions.ts'

/** Is this the browser that the session was given to? Families and systems are compared, never versions. */
export function isBound(mode: Env['SESSION_BINDING'], given: ClientSeen, shown: ClientSeen): boolean {
  if (mode === 'off') return true
  if (describeClient(given.userAgent) !== describeClient(shown.userAgent)) return false
  return mode === 'client' || prefixOf(given.ip) === prefixOf(shown.ip)
}

/** What a person recognises: "Firefox on Linux". */
export function describeClient(userAgent: string | null): string {
  const agent = userAgent ?? ''
  const family = FAMILIES.find(([pattern]) => pattern.test(agent))?.[1] ?? 'A program'
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1]
  return system ? `${family} on ${system}` : family
}

/** The first that fits: nearly every browser also claims to be another one. */
const FAMILIES: [RegExp, string][] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\bOPR\/|\bOpera\b/, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|HeadlessChrome|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

/** What a device looks like from here, without saying it: a browser that lost its cookies is still the same to its owner. */
export const lookOf = ({ userAgent, ip }: ClientSeen): Buffer =>
  hash('sha256', `${describeClient(userAgent)} ${prefixOf(ip)}`, 'buffer')

/** /24 of IPv4, /48 of IPv6: the neighbourhood that a line usually stays in. */
export function prefixOf(ip: string | null): string {
  const address = ip?.replace(/^::ffff:/i, '') ?? ''
  if (!address.includes(':')) return address.split('.').slice(0, 3).join('.')
  return groupsOf(address).slice(0, 3).join(':')
}

/** Enough to know one's own line, too little to find somebody by. */
export const maskOf = (ip: string | null): string | null =>
  ip && `${prefixOf(ip)}${ip.includes(':') && !ip.includes('.') ? '::…' : '.…'}`

/** All eight groups of an IPv6 address, however it was shortened. */
export function groupsOf(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? []
  const [left, right] = [head, tail ?? ''].map((part) => part.split(':').filter(Boolean)) as [
    string[],
    string[],
  ]
  const missing = tail === undefined ? 0 : 8 - left.length - right.length
  return [...left, ...Array<string>(Math.max(missing, 0)).fill('0'), ...right].map((group) =>
    Number.parseInt(group, 16).toString(16),
  )
}

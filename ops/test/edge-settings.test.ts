import { describe, expect, test } from 'vitest'
import { edgeOf, edgeSecretsOf, filesOf } from '../edge/render.ts'
import { SAMPLE_SETTINGS } from '../edge/samples.ts'
import type { EdgeSettings } from '../edge/settings.ts'

const { staging } = SAMPLE_SETTINGS
const HOSTILE = [
  'a`) || Host(`b',
  '{{ env "PATH" }}',
  '{{ readFile "/etc/passwd" }}',
  '$(touch x)',
  '`touch x`',
  'a; rm -rf /',
  'a\nb: c',
  'a\r\nX: y',
  'a b',
  '"a"',
  "a' b",
  '*',
  '../../etc',
  '-oProxyCommand=x',
  '--help',
  'a\u0000b',
  'ＡＢＣ.com',
  'a..b',
  '.',
  '',
  ' ',
  '#',
  '&anchor',
  '!!js/function',
  'a'.repeat(300),
]
const PLACES: Record<string, (value: string) => EdgeSettings> = {
  env: (value) => ({ ...staging, env: value as 'prod' }),
  websiteDomain: (value) => ({ ...staging, websiteDomain: value }),
  acmeEmail: (value) => ({ ...staging, acmeEmail: value }),
  'admin.label': (label) => ({ ...staging, admin: { ...staging.admin, label } }),
  'admin.allowlist': (value) => ({ ...staging, admin: { ...staging.admin, allowlist: [value] } }),
  'admin.basicAuth': (basicAuth) => ({ ...staging, admin: { ...staging.admin, basicAuth } }),
  'ops.jobsUi': (value) => ({ ...staging, ops: { ...staging.ops, jobsUi: value } }),
  'ops.allowlist': (value) => ({ ...staging, ops: { ...staging.ops, allowlist: [value] } }),
  'ops.basicAuth': (basicAuth) => ({ ...staging, ops: { ...staging.ops, basicAuth } }),
  slots: (value) => ({ ...staging, slots: [value] }),
  serverPort: (value) => ({ ...staging, serverPort: value as unknown as number }),
  trustedIps: (value) => ({ ...staging, trustedIps: [value] }),
}
/** A tool without a label is a tool that is not there. */
const isHarmless = (place: string, value: string): boolean => place === 'ops.jobsUi' && value === ''

describe('O1, O2: a setting never becomes an order', () => {
  test.each(Object.keys(PLACES))('%s', (place) => {
    for (const value of HOSTILE.filter((value) => !isHarmless(place, value))) {
      const settings = PLACES[place]!(value)
      expect(() => filesOf(edgeOf(settings)), JSON.stringify(value)).toThrow('The edge cannot be made')
      expect(() => edgeSecretsOf(settings)).toThrow()
    }
  })

  test('it is told by its name, and its value is not', () => {
    const value = 'operator:a-password-in-clear'
    const make = () => edgeOf(PLACES['admin.basicAuth']!(value))
    expect(make).toThrow('ADMIN_BASIC_AUTH must be what htpasswd -nB <name> prints')
    expect(make).not.toThrow(value)
  })

  test('all that is wrong is told at once', () => {
    expect(() => edgeOf({ ...staging, websiteDomain: 'x y', acmeEmail: '', trustedIps: ['::/129'] })).toThrow(
      /WEBSITE_DOMAIN[^]*ACME_EMAIL[^]*TRUSTED_PROXIES[^]*Next: /,
    )
  })
})

describe('what is taken', () => {
  test.each([
    ['bcrypt', 'a:$2y$12$abcdefghijklmnopqrstuuWdO9WQyWzVqTn1JqkYyTtqgZ0oWJ9bC', true],
    ['apr1', 'a:$apr1$abcdefgh$0123456789012345678901', true],
    ['two people', 'a:$apr1$abcdefgh$0123456789012345678901,b:$apr1$abcdefgh$0123456789012345678901', true],
    ['a password in clear', 'a:secret', false],
    ['bare SHA-1', 'a:{SHA}2jmj7l5rSw0yVb/vlWAYkK/YBwk=', false],
    ['nobody', '', false],
  ])('people: %s', (_name, basicAuth, isTaken) => {
    const make = () => edgeSecretsOf(PLACES['admin.basicAuth']!(basicAuth))
    if (isTaken) expect(make()['admin_basic_auth']).toBe(`${basicAuth.replace(',', '\n')}\n`)
    else expect(make).toThrow('ADMIN_BASIC_AUTH')
  })

  test('P4: an admin host without a list of addresses is refused, not open', () => {
    expect(() => edgeOf({ ...staging, admin: { ...staging.admin, allowlist: [] } })).toThrow(
      'ADMIN_ALLOWLIST',
    )
  })

  test('P4: without an admin there is no admin host', () => {
    const { admin: _, ...rest } = SAMPLE_SETTINGS.prod
    const { moving } = edgeOf(rest)
    expect(JSON.stringify(moving)).not.toContain('admin')
    expect(edgeSecretsOf(rest)).toEqual({})
  })

  test('two hosts never share a name', () => {
    expect(() => edgeOf({ ...staging, ops: { ...staging.ops, dbUi: 'admin' } })).toThrow('_DNS_LABEL')
    expect(() => edgeOf({ ...staging, ops: { ...staging.ops, dbUi: 'www' } })).toThrow('_DNS_LABEL')
  })

  test('P6: in prod nothing of the tools is even looked at', () => {
    const prod = SAMPLE_SETTINGS.prod
    expect(edgeOf({ ...prod, ops: { ...prod.ops, allowlist: [] } })).toEqual(edgeOf(prod))
  })
})

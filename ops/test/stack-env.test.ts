import { expect, test } from 'vitest'
import { stackEnvOf } from '../deploy/stack-files.ts'
import { fateOf } from '../edge/reader/fate.ts'
import { readFiles } from '../edge/reader/files.ts'
import { readAsked } from '../edge/reader/request.ts'
import { edgePartsOf } from '../deploy/edge-settings.ts'
import { readSettings, type Settings } from '../settings.ts'

const HASH = `$2y$12$${'a'.repeat(53)}`
const SITE = { ENV: 'staging', WEBSITE_DOMAIN: 'example.com', ACME_EMAIL: 'ops@example.com' }
const ADMIN = { ADMIN_DNS_LABEL: 'desk', ADMIN_ALLOWLIST: '203.0.113.7', ADMIN_BASIC_AUTH: `ada:${HASH}` }

function settingsOf(source: Record<string, string>): Settings {
  const read = readSettings({ ...SITE, ...source })
  return read.ok ? read.settings : expect.unreachable(read.problems.join())
}
const hosts = (source: Record<string, string>, given: Record<string, string> = {}) =>
  stackEnvOf(settingsOf(source), given, '0123456789ab')['ALLOWED_HOSTS']

test('P4: the servers answer to the admin host, where there is one, and to those that the operator names', () => {
  expect(hosts({})).toBeUndefined()
  expect(hosts({}, { ALLOWED_HOSTS: 'a.example.com' })).toBe('a.example.com')
  expect(hosts(ADMIN)).toBe('desk.example.com')
  expect(hosts(ADMIN, { ALLOWED_HOSTS: ' ' })).toBe('desk.example.com')
  expect(hosts(ADMIN, { ALLOWED_HOSTS: 'a.example.com, b.example.com' })).toBe(
    'a.example.com,b.example.com,desk.example.com',
  )
  expect(hosts(ADMIN, { ALLOWED_HOSTS: 'desk.example.com' })).toBe('desk.example.com')
})

test('P2, P4: whatever host the edge passes on to the servers is one that they were told', () => {
  const settings = settingsOf(ADMIN)
  const edge = readFiles(edgePartsOf(settings, undefined).files)
  const env = stackEnvOf(settings, {}, '0123456789ab')
  const told = [new URL(env['PUBLIC_URL'] ?? '').host, ...(env['ALLOWED_HOSTS'] ?? '').split(',')]
  const names = Object.values(edge.moving.http.routers).flatMap(({ tls }) =>
    (tls?.domains ?? []).flatMap(({ main, sans = [] }) => [main, ...sans]),
  )
  const passedOn = [...new Set(names)].filter((name) =>
    ['/', '/admin', '/api/users/me'].some((path) => {
      const asked = readAsked(`GET https://${name}${path}`, { from: '203.0.113.7', isKnown: true })
      const fate = fateOf(edge, asked)
      return fate.kind === 'served' && fate.service === 'app'
    }),
  )
  expect(passedOn.sort()).toEqual(['desk.example.com', 'example.com'])
  expect(told.sort()).toEqual(passedOn)
})

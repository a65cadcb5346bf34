import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { edgeOf, filesOf } from '../edge/render.ts'
import { SAMPLE_NAMES, SAMPLE_SETTINGS } from '../edge/samples.ts'
import type { EdgeSettings } from '../edge/settings.ts'
import { ROOT } from '../launch/places.mjs'

/** Put together here, so that this file is not a place that knows it. */
const REAL = `https://${['acme', 'v02'].join('-')}.api.letsencrypt.org/directory`
const TRIES = `https://${['acme', 'staging', 'v02'].join('-')}.api.letsencrypt.org/directory`

const asks = (settings: EdgeSettings, typed?: string): string => {
  try {
    const { fixed } = edgeOf(settings, typed)
    return Object.values(fixed.certificatesResolvers ?? {})
      .map(({ acme }) => acme.caServer)
      .join()
  } catch {
    return 'refused'
  }
}

const DOMAINS = ['example.com', 'staging.example.com', 'localhost']
const TYPED = [
  undefined,
  '',
  'example.com',
  'EXAMPLE.COM',
  'example.com ',
  'www.example.com',
  'staging.example.com',
  'y',
]
const walks = SAMPLE_NAMES.flatMap((env) =>
  DOMAINS.flatMap((websiteDomain) => TYPED.map((typed) => ({ env, websiteDomain, typed }))),
)

describe('O6, P11: the directory of real certificates', () => {
  test('is reached with ENV=prod and the host typed once more, and in no other of the ways there are', () => {
    const reached = walks.filter(
      ({ env, websiteDomain, typed }) => asks({ ...SAMPLE_SETTINGS[env], websiteDomain }, typed) === REAL,
    )
    expect(walks.length).toBeGreaterThanOrEqual(40)
    expect(reached).toEqual([
      { env: 'prod', websiteDomain: 'example.com', typed: 'example.com' },
      { env: 'prod', websiteDomain: 'staging.example.com', typed: 'staging.example.com' },
    ])
  })

  test('without a typed host prod asks the directory for tries, and local asks nobody', () => {
    expect(asks(SAMPLE_SETTINGS.prod)).toBe(TRIES)
    expect(asks(SAMPLE_SETTINGS.staging)).toBe(TRIES)
    expect(asks(SAMPLE_SETTINGS.local)).toBe('')
  })

  test.each([
    ['staging', 'staging.example.com'],
    ['local', 'localhost'],
    ['prod', 'www.example.com'],
    ['prod', ''],
  ] as const)('a host typed where it does not belong is a mistake that is told: %s, %s', (env, typed) => {
    expect(asks(SAMPLE_SETTINGS[env], typed)).toBe('refused')
  })

  test('stands in one file of the code, and in the sample of prod', () => {
    const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    const knowing = tracked
      .split('\n')
      .filter((path) => /\.(ts|mjs|ya?ml|json|md|sh|example)$/.test(path) && path !== 'package-lock.json')
      .filter((path) => readFileSync(join(ROOT, path), 'utf8').includes(new URL(REAL).host))
    expect(knowing).toEqual(['ops/edge/certificates.ts', 'traefik/samples/prod/traefik.yml'])
  })
})

describe.each(['staging', 'prod'] as const)('P11: certificates, %s', (name) => {
  const { fixed, moving } = edgeOf(SAMPLE_SETTINGS[name])
  const resolvers = Object.entries(fixed.certificatesResolvers ?? {})

  test('there is one resolver, with an address, on a file of its own in a volume', () => {
    expect(resolvers.map(([resolver, { acme }]) => [resolver, acme])).toEqual([
      [
        'le-staging',
        {
          email: 'operator@example.com',
          storage: '/acme/le-staging.json',
          caServer: TRIES,
          httpChallenge: { entryPoint: 'web' },
        },
      ],
    ])
  })

  test('every router over TLS asks it, for the names that it serves', () => {
    for (const { entryPoints, rule, tls } of Object.values(moving.http.routers)) {
      expect(Boolean(tls)).toBe(entryPoints.includes('websecure'))
      if (!tls) continue
      expect(tls.certResolver).toBe('le-staging')
      const named = tls.domains?.flatMap(({ main, sans = [] }) => [main, ...sans]) ?? []
      for (const [, host] of rule.matchAll(/Host\(`([^`]+)`\)/g)) expect(named).toContain(host)
    }
  })
})

test('P11: a real certificate and one for tries are never in one file', () => {
  const { fixed } = edgeOf(SAMPLE_SETTINGS.prod, 'example.com')
  expect(fixed.certificatesResolvers?.['le']?.acme.storage).toBe('/acme/le.json')
  expect(filesOf(edgeOf(SAMPLE_SETTINGS.prod)).some(({ text }) => text.includes(REAL))).toBe(false)
})

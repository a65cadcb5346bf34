import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ROOT } from '../launch/places.mjs'
import { SAMPLE_NAMES, samples } from '../edge/samples.ts'
import { breaches } from './json-schema.ts'

/** The schemas that are published for Traefik 3, where somebody has put them: TRAEFIK_SCHEMA_DIR, from the root. */
const folder = process.env['TRAEFIK_SCHEMA_DIR']
const schema = (name: string) =>
  JSON.parse(readFileSync(resolve(ROOT, folder ?? '', name), 'utf8')) as Parameters<typeof breaches>[0]
const schemaOf = (path: string) =>
  schema(path.endsWith('/traefik.yml') ? 'traefik-v3.json' : 'traefik-v3-file-provider.json')

/**
 * What Traefik 3.6.24 reads (pkg/config/static/entrypoints.go, pkg/observability/types/logs.go,
 * pkg/config/dynamic/middlewares.go) and the schemas do not know yet.
 */
const AHEAD = [
  /^\/entryPoints\/web(secure)?\/http\/sanitizePath: is not known$/,
  /^\/accessLog\/fields\/queryParameters: is not known$/,
  /^\/http\/middlewares\/rate-limit(-guarded)?: fits 0 of 25$/,
]
const withoutSubnet = (text: string): string =>
  text.replaceAll(/ +sourceCriterion:\n +ipStrategy:\n +ipv6Subnet: 64\n/g, '')

describe.skipIf(!folder)('P15: the published schemas (TRAEFIK_SCHEMA_DIR)', () => {
  test.each(samples())('$path', ({ path, text }) => {
    const found = breaches(schemaOf(path), parse(text))
    expect(found.filter((breach) => !AHEAD.some((known) => known.test(breach)))).toEqual([])
    const rest = breaches(schemaOf(path), parse(withoutSubnet(text)))
    expect(rest.filter((breach) => breach.includes('rate-limit'))).toEqual([])
  })

  test('what they do not know yet is that and no more', () => {
    const found = samples().flatMap(({ path, text }) => breaches(schemaOf(path), parse(text)))
    for (const known of AHEAD) expect(found.filter((breach) => known.test(breach)).length).toBeGreaterThan(0)
  })

  test.each([
    [
      'traefik.yml',
      'sendAnonymousUsage: false',
      'sendAnonymousUsage: 0',
      '/global/sendAnonymousUsage: is not boolean',
    ],
    ['traefik.yml', 'underscoreHeadersStrategy', 'underscoreStrategy', 'underscoreStrategy: is not known'],
    ['dynamic/routers.yml', 'service: app', 'servce: app', 'servce: is not known'],
    ['dynamic/middlewares.yml', 'frameDeny: true', 'frameDeny: yes please', 'fits 0 of 25'],
    ['dynamic/services.yml', 'loadBalancer', 'loadbalancer', 'fits 0 of 4'],
    ['dynamic/tls.yml', 'sniStrict: true', 'sniStrict: 1', 'sniStrict: is not boolean'],
  ])('%s is red when it says %s otherwise', (path, right, wrong, message) => {
    const { text = '' } = samples().find((one) => one.path === `staging/${path}`) ?? {}
    expect(text).toContain(right)
    expect(breaches(schemaOf(`/${path}`), parse(text.replaceAll(right, wrong))).join('\n')).toContain(message)
  })

  test('there are three samples of five files', () => {
    expect(samples()).toHaveLength(SAMPLE_NAMES.length * 5)
  })
})

import { describe, expect, test } from 'vitest'
import type { Edge, Middleware } from '../edge/configuration.ts'
import { fateOf } from '../edge/reader/fate.ts'
import { readTarget } from '../edge/reader/path.ts'
import { bareName, readAsked } from '../edge/reader/request.ts'
import { holds, readRule } from '../edge/reader/rule.ts'
import { sampleEdge } from '../edge/samples.ts'

const seen = { host: 'example.com', path: '/api/health', method: 'GET' }

describe('P15: a rule is read as Traefik reads it', () => {
  test.each([
    ['Host(`example.com`)', true],
    ['Host(`EXAMPLE.com`)', true],
    ['Host(`example.com.`)', true],
    ['Host(`www.example.com`)', false],
    ['!Host(`www.example.com`)', true],
    ['Path(`/api`)', false],
    ['PathPrefix(`/api`)', true],
    ['PathPrefix( `/api` )', true],
    ['PathPrefix(`/API`)', false],
    ['Method(`get`)', true],
    ['Host(`a`) || Host(`example.com`) && PathPrefix(`/api`)', true],
    ['Host(`example.com`) || Host(`a`) && Host(`b`)', true],
    ['(Host(`example.com`) || Host(`a`)) && Host(`b`)', false],
    ['!(Host(`a`) || PathPrefix(`/api`))', false],
    ['!(Host(`a`) && PathPrefix(`/api`)) && !Method(`POST`)', true],
    ['!!Host(`example.com`)', true],
  ])('%s', (rule, expected) => {
    expect(holds(readRule(rule), seen)).toBe(expected)
  })

  test.each([
    'HostRegexp(`.+`)',
    'Header(`a`, `b`)',
    'ClientIP(`10.0.0.0/8`)',
    'host(`example.com`)',
    'Host(`a`, `b`)',
    'Host("a")',
    'Host(``)',
    'Host(`a`) Host(`b`)',
    'Host(`a`) &&',
    '(Host(`a`)',
    'Host(`a`))',
    'Host(`a`) & Host(`b`)',
    'toString(`a`)',
    '',
  ])('what is not understood is refused: %s', (rule) => {
    expect(() => holds(readRule(rule), seen)).toThrow()
  })
})

describe('P15: a path is read as Traefik reads it', () => {
  test.each([
    ['/', '/', '/'],
    ['/a/', '/a/', '/a/'],
    ['/a//b/./c/../d', '/a/b/d', '/a/b/d'],
    ['/..', '/', '/'],
    ['/../../a', '/a', '/a'],
    ['/a/..', '/', '/'],
    ['/%61%2d%7e', '/a-~', '/a-~'],
    ['/a%2fb', '/a%2Fb', '/a%2Fb'],
    ['/a%20b', '/a%20b', '/a b'],
    ['/a b', '/a%20b', '/a b'],
    ['/a%2fb|', '/a/b%7C', '/a/b|'],
    ['/%252e', '/%252e', '/%252e'],
    ['/a?b=/../c', '/a', '/a'],
  ])('%s', (target, escaped, routed) => {
    expect(readTarget(target, { sanitizePath: true })).toMatchObject({ escaped, routed })
  })

  test.each([
    ['example.com', 'example.com'],
    ['EXAMPLE.com:8443', 'example.com'],
    ['[::1]:443', '::1'],
    ['[::1]', '::1'],
    ['a:b:c', 'a:b:c'],
    ['', ''],
  ])('and the name %s', (host, name) => {
    expect(bareName(host)).toBe(name)
  })
})

describe('P15: what the reader does not know, it does not pass over', () => {
  const broken = (change: (edge: Edge) => void): (() => unknown) => {
    const edge = structuredClone(sampleEdge('prod'))
    change(edge)
    return () => fateOf(edge, readAsked('GET https://example.com/api/health'))
  }
  const router = ({ moving }: Edge) => moving.http.routers['api-reads']!

  test.each<[string, (edge: Edge) => void, string]>([
    [
      'a kind of middleware',
      ({ moving }) => (moving.http.middlewares['rate-limit'] = { plugin: {} } as unknown as Middleware),
      'rate-limit is a middleware that this reader does not know: plugin',
    ],
    [
      'an option of headers',
      ({ moving }) =>
        (moving.http.middlewares['security-headers'] = { headers: { isDevelopment: true } } as Middleware),
      'an option of a headers middleware that this reader does not know: isDevelopment',
    ],
    ['a middleware that is not there', (edge) => router(edge).middlewares.push('gone'), 'is not there: gone'],
    ['a service that is not there', (edge) => (router(edge).service = 'gone'), 'is not there: gone'],
    ['a rule', (edge) => (router(edge).rule = 'HostRegexp(`.`)'), 'a matcher that this reader does not know'],
    [
      'two routers of one priority',
      (edge) => (router(edge).priority = 600),
      'api-reads and api are equal for',
    ],
  ])('%s', (_name, change, message) => {
    expect(broken(change)).toThrow(message)
  })

  test('without a priority the longer rule goes first', () => {
    const edge = sampleEdge('prod')
    const lengthen = (rule: string) => `${rule} && PathPrefix(\`/api/health\`)`
    for (const one of Object.values(edge.moving.http.routers)) delete one.priority
    edge.moving.http.routers['longest'] = {
      ...router(edge),
      rule: lengthen(router(edge).rule),
      service: 'app',
    }
    expect(fateOf(edge, readAsked('GET https://example.com/api/health')).router).toBe('longest')
  })
})

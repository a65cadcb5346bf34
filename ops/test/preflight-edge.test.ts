import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { edgeFindings, judgedEdge, nobodyFindings } from '../checks/edge.ts'
import type { Finding } from '../checks/finding.ts'
import { preflight } from '../checks/preflight.ts'
import type { Edge, Router } from '../edge/configuration.ts'
import { readFiles } from '../edge/reader/files.ts'
import { filesOf } from '../edge/render.ts'
import { SAMPLE_NAMES, SAMPLE_SETTINGS, sampleEdge } from '../edge/samples.ts'

const home = mkdtempSync(join(tmpdir(), 'latchkey-preflight-edge-'))
afterAll(() => rmSync(home, { recursive: true }))
const told = (findings: Finding[]) => findings.map(({ where, what }) => `${where}: ${what}`)

describe('R28, P15: Traefik’s routers, as the settings would make them', () => {
  const broken = (change: (edge: Edge) => void): string[] => {
    const edge = readFiles(filesOf(sampleEdge('staging')))
    change(edge)
    return told(judgedEdge(edge, SAMPLE_SETTINGS.staging))
  }
  const router = ({ moving }: Edge, name: string): Router =>
    moving.http.routers[name] ?? expect.unreachable(name)

  test.each(SAMPLE_NAMES.filter((name) => name !== 'local'))('%s is well', (name) => {
    expect(edgeFindings(SAMPLE_SETTINGS[name], 'deploy.env')).toEqual([])
  })

  test.each<[string, (edge: Edge) => void, RegExp]>([
    [
      'a service that is not there',
      (edge) => (router(edge, 'api').service = 'ap'),
      /the router api names ap,/,
    ],
    [
      'a middleware that is not there',
      (edge) => router(edge, 'admin').middlewares.push('guard'),
      /the router admin names guard,/,
    ],
    ['a rule that nobody can read', (edge) => (router(edge, 'web').rule = 'Host(`a`'), /the rule of web/],
    [
      'a guard that is open',
      (edge) => (router(edge, 'admin').middlewares = []),
      /admin\.\S+\/admin: served by app/,
    ],
    [
      'the inside for everybody',
      (edge) => void delete edge.moving.http.routers['inside'],
      /\/internal\/health: served by app/,
    ],
    [
      'nobody for the site',
      (edge) => {
        for (const name of ['web', 'web-reads']) delete edge.moving.http.routers[name]
      },
      /GET https:\/\/staging\.example\.com\/: refused with 404/,
    ],
    [
      'two that want the same',
      (edge) => void (edge.moving.http.routers['twin'] = { ...router(edge, 'web-reads') }),
      /are equal/,
    ],
  ])('%s', (_, change, says) => {
    const said = broken(change)
    expect(said.join('\n')).toMatch(says)
  })

  test('P6: a tool that has a host and no container is doubtful, and the services of ours have one', () => {
    const saidOf = (...there: string[]) =>
      told(nobodyFindings(SAMPLE_SETTINGS.staging, { there: new Set(there), where: 'deploy.env' }))
    const nobody = (name: string) =>
      `deploy.env: the edge leads to ${name}, and no compose file has such a service`
    expect(saidOf('server-a', 'server-b')).toEqual([nobody('jobs-ui'), nobody('db-ui')])
    expect(saidOf('server-a', 'server-b', 'jobs-ui', 'db-ui')).toEqual([])
  })

  test('settings that no edge can be made from', () => {
    const settings = { ...SAMPLE_SETTINGS.staging, websiteDomain: 'example.com`) || Host(`x' }
    expect(told(edgeFindings(settings, 'deploy.env'))).toEqual([
      expect.stringMatching(/^traefik: The edge cannot be made .*WEBSITE_DOMAIN/),
    ])
  })

  test('a preflight looks at what deploy.env makes of them', () => {
    const at = (name: string) => join(home, name)
    const findings = (user: string) => {
      const hash = `$2y$12$${'a'.repeat(53)}`
      const admin = `ADMIN_ALLOWLIST=203.0.113.7\nADMIN_BASIC_AUTH='${user}:${hash}'\n`
      writeFileSync(
        at('deploy.env'),
        `ENV=prod\nWEBSITE_DOMAIN=example.com\nACME_EMAIL=a@example.com\n${admin}`,
      )
      const [env, compose, settings, secrets] = ['.env', 'compose.yaml', 'deploy.env', 'secrets'].map(at)
      return preflight({ root: home, env, compose, settings, secrets, environment: {} } as never)
    }
    const aboutEdge = (user: string) => told(findings(user).filter(({ where }) => where === 'traefik'))
    expect(aboutEdge('ada')).toEqual([])
    expect(aboutEdge('ada@example.com')).toEqual([expect.stringContaining('ADMIN_BASIC_AUTH')])
  })
})

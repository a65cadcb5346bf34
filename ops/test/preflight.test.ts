import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { makeCertificate } from '@latchkey/shared/certificate'
import { stringify } from 'yaml'
import { composeFindings } from '../checks/compose.ts'
import { type Compose, parseCompose } from '../checks/compose-file.ts'
import type { Finding } from '../checks/finding.ts'
import { processEnvFindings } from '../checks/process-env.ts'
import { secretsFindings } from '../checks/secrets.ts'
import { openSecretFolder } from '../secrets/folder.ts'
import { writeSecrets } from '../secrets/write-secrets.ts'
import { aCompose, type Broken } from './samples/compose.ts'

const all = mkdtempSync(join(tmpdir(), 'latchkey-preflight-'))
afterAll(() => rmSync(all, { recursive: true }))
let ground = ''
let round = 0
let secrets = ''
let env = ''
beforeEach(() => {
  ground = join(all, String((round += 1)))
  secrets = join(ground, 'secrets')
  mkdirSync(ground)
  writeSecrets(openSecretFolder(secrets), { force: [], redisPrefix: 'latchkey:' })
  env = join(ground, '.env')
  writeFileSync(env, 'ENV=prod\nWEBSITE_DOMAIN=example.com\n')
})

function composeOf(change: (compose: Broken) => void = () => {}): Compose {
  const compose = aCompose()
  change(compose)
  const read = parseCompose(stringify(compose), 'compose.yaml')
  if ('findings' in read) throw new Error(JSON.stringify(read.findings))
  return read.compose
}
const told = (findings: Finding[]) => findings.map(({ where, what }) => `${where}: ${what}`)
const set = (name: string, change: Record<string, unknown>) => (compose: Broken) =>
  void Object.assign((compose.services[name] ??= {}), change)

describe('R28, N1: compose.yaml', () => {
  const check = (change?: (compose: Broken) => void) => composeFindings(composeOf(change), 'compose.yaml')

  test('one that promises everything has nothing wrong', () => expect(check()).toEqual([]))

  const broken: [string, (compose: Broken) => void, RegExp][] = [
    ['a port of the database', set('postgres', { ports: ['5432:5432'] }), /postgres: publishes a port/],
    ['a port of a slot', set('server-b', { ports: ['127.0.0.1:8000:8000'] }), /server-b: publishes a port/],
    [
      'a port more',
      set('traefik', { ports: ['80:80', '443:443', '8080:8080'] }),
      /traefik: publishes 80, 443, 8080/,
    ],
    ['one port only', set('traefik', { ports: ['443:443'] }), /traefik: publishes 443 instead/],
    [
      'a long form',
      set('traefik', {
        ports: [
          { target: 80, published: 81 },
          { target: 443, published: '443' },
        ],
      }),
      /traefik: publishes 81, 443 instead/,
    ],
    ['no health check', set('jobs', { healthcheck: undefined }), /jobs: has no health check/],
    ['one that is off', set('redis', { healthcheck: { disable: true } }), /redis: has no health check/],
    ['no restart', set('server-a', { restart: 'no' }), /server-a: is not started again/],
    ['a restart of what ends', set('migrate', { restart: 'always' }), /migrate: is not started again/],
    ['a root that is written to', set('server-a', { read_only: false }), /server-a: may write to its root/],
    ['capabilities', set('redis', { cap_drop: ['NET_RAW'] }), /redis: keeps capabilities/],
    ['more of them', set('jobs', { cap_add: ['SYS_ADMIN'] }), /jobs: is given a capability/],
    ['new privileges', set('jobs', { security_opt: [] }), /jobs: may gain privileges/],
    [
      'the same, said wrong',
      set('jobs', { security_opt: ['no-new-privileges:false'] }),
      /may gain privileges/,
    ],
    [
      'no confinement',
      set('jobs', { security_opt: ['no-new-privileges:true', 'seccomp=unconfined'] }),
      /outside of the usual confinement/,
    ],
    ['no limit of memory', set('jobs', { mem_limit: undefined }), /has no limit of memory/],
    ['no limit of processors', set('jobs', { cpus: undefined }), /has no limit of processors/],
    ['no limit of processes', set('jobs', { pids_limit: undefined }), /has no limit of processes/],
    ['privilege', set('jobs', { privileged: true }), /is privileged/],
    ['the network of the host', set('jobs', { network_mode: 'host' }), /shares a namespace/],
    ['the processes of the host', set('jobs', { pid: 'host' }), /shares a namespace/],
    [
      'the socket of the engine',
      set('traefik', { volumes: ['/var/run/docker.sock:/var/run/docker.sock:ro'] }),
      /holds the socket/,
    ],
    [
      'the same in the long form',
      set('traefik', { volumes: [{ type: 'bind', source: '/run/docker.sock', target: '/x' }] }),
      /holds the socket/,
    ],
    [
      'a secret in the open',
      set('server-a', { environment: { SESSION_SECRET: 'x' } }),
      /holds a secret in its env/,
    ],
    [
      'the same as a list',
      set('postgres', { environment: ['POSTGRES_PASSWORD=x'] }),
      /holds a secret in its env/,
    ],
    ['the database at the edge', set('postgres', { networks: ['data', 'edge'] }), /postgres: is in edge/],
    ['the gate inside', set('traefik', { networks: { edge: null, data: null } }), /traefik: is in data/],
    ['a slot outside', set('server-a', { networks: ['data'] }), /server-a: is not in edge/],
    ['a way out', (compose) => void (compose.networks['data'] = {}), /networks.data: leads to the outside/],
    ['a service less', (compose) => void delete compose.services['redis'], /has no service redis/],
    [
      'a start before the tables',
      set('server-a', { depends_on: ['migrate'] }),
      /server-a: does not wait for migrate/,
    ],
    [
      'migrations before the database',
      set('migrate', { depends_on: { postgres: { condition: 'service_started' } } }),
      /migrate: does not wait for postgres/,
    ],
    ['an image without a version', set('redis', { image: 'redis' }), /redis: runs redis, which is another/],
    ['the latest', set('redis', { image: 'redis:latest' }), /redis: runs redis:latest/],
    ['a service more, unguarded', set('adminer', { image: 'adminer:5' }), /adminer: may write to its root/],
  ]
  test.each(broken)('%s', (_, change, says) => {
    const findings = check(change)
    expect(told(findings).join('\n')).toMatch(says)
    for (const { next } of findings) expect(next).not.toBe('')
  })

  test('limits may stand under deploy', () => {
    const limits = { cpus: '1', memory: '512M', pids: 200 }
    const change = {
      mem_limit: undefined,
      cpus: undefined,
      pids_limit: undefined,
      deploy: { resources: { limits } },
    }
    expect(check(set('jobs', change))).toEqual([])
  })

  test.each(['services: 1', 'a: [', 'services: { a: { ports: 80 } }'])(
    'what is none is said to be none: %s',
    (text) => {
      const read = parseCompose(text, 'compose.yaml')
      expect('findings' in read ? told(read.findings) : []).toHaveLength(1)
    },
  )
})

describe('A15, R28: what the processes would say to their settings', () => {
  const check = (change?: (compose: Broken) => void) =>
    processEnvFindings(composeOf(change), { env, secrets })

  test('nothing, where all is given', () => expect(check()).toEqual([]))

  test.each([
    ['DEBUG=true', { DEBUG: '${DEBUG}' }, /^server-a: DEBUG must be false/],
    ['COOKIE_SECURE=false', { COOKIE_SECURE: '$COOKIE_SECURE' }, /COOKIE_SECURE must be true/],
    [
      'X=1x00000000000000000000AA',
      { TURNSTILE_SITE_KEY: '${X}' },
      /TURNSTILE_SITE_KEY must not be one of the keys/,
    ],
    [
      'SMTP_HOST=localhost\nSMTP_PORT=1025\nEMAIL_FROM_ADDRESS=a@example.com',
      { SMTP_HOST: undefined, SMTP_PORT: undefined, EMAIL_FROM_ADDRESS: undefined, SMTP_USE_TLS: 'off' },
      /SMTP_HOST must not be a catcher/,
    ],
    ['LOG_LEVEL=loud', { LOG_LEVEL: undefined }, /LOG_LEVEL must be/],
    ['', { SERVER_PORT: '${PORT:-eighty}' }, /SERVER_PORT must be/],
    ['', { SERVER_PORT: '${PORT-${OTHER:-eighty}}' }, /SERVER_PORT must be/],
  ])('%s is refused before anything starts', (line, environment, says) => {
    writeFileSync(env, `ENV=prod\nWEBSITE_DOMAIN=example.com\n${line}\n`)
    const entries = Object.entries(environment).map(([key, value]): [string, string | null] => [
      key,
      value ?? null,
    ])
    const change = (compose: Broken): void =>
      void Object.assign(compose.services['server-a']?.['environment'] ?? {}, Object.fromEntries(entries))
    expect(told(check(change)).join('\n')).toMatch(says)
  })

  test('what is missing is said once, for whom it is missing, and with what to type', () => {
    writeFileSync(env, 'ENV=prod\n')
    rmSync(join(secrets, 'redis_url'))
    expect(check()).toEqual([
      {
        level: 'error',
        where: 'server-a, server-b, jobs, migrate',
        what: 'REDIS_URL_FILE names a file that is not there',
        next: `npm run gen-secrets -- --write ${secrets}`,
      },
      expect.objectContaining({ what: 'PUBLIC_URL must be an http or https URL' }) as unknown,
    ])
  })

  test('a secret that a service is not given, it does not have', () => {
    const change = set('jobs', {
      secrets: ['database_url', 'migration_database_url', 'redis_url', 'session_secret'],
    })
    expect(told(check(change))).toEqual([
      'jobs: TOKEN_PEPPER_FILE names a secret that the service is not given',
      'jobs: ENCRYPTION_KEYS_FILE names a secret that the service is not given',
    ])
  })

  test('L1: a secret in .env is told, and not shown', () => {
    writeFileSync(env, 'ENV=prod\nWEBSITE_DOMAIN=example.com\nSMTP_PASS=hunter2-hunter2\n')
    expect(told(check())).toEqual([`${env}: holds SMTP_PASS (L1)`])
    expect(JSON.stringify(check())).not.toContain('hunter2')
  })

  test('no file at all', () => {
    rmSync(env)
    expect(told(check())).toEqual([`${env}: is not there`])
  })
})

describe('R28, O10: the folder of secrets', () => {
  const check = (prefix = 'latchkey:') => secretsFindings(secrets, prefix)
  const put = (name: string, text: string) => {
    rmSync(join(secrets, name), { force: true })
    writeFileSync(join(secrets, name), text)
    chmodSync(join(secrets, name), 0o444)
  }
  const days = (many: number) => new Date(Date.now() + many * 86_400_000)

  test('as gen-secrets leaves it, nothing is wrong', () => expect(check()).toEqual([]))

  const broken: [string, () => void, RegExp][] = [
    ['a file less', () => rmSync(join(secrets, 'token_pepper')), /token_pepper: is not there/],
    ['an empty one', () => put('token_pepper', '\n'), /token_pepper: is empty/],
    ['one of yours that is gone', () => rmSync(join(secrets, 'smtp_pass')), /smtp_pass: is not there/],
    ['a placeholder of yours', () => put('smtp_pass', 'your-password'), /smtp_pass: holds a placeholder/],
    [
      'a placeholder',
      () => put('session_secret', 'change-me-'.repeat(4)),
      /session_secret: holds a placeholder/,
    ],
    [
      'a placeholder in a URL',
      () => put('jobs_database_url', 'postgres://latchkey_jobs:change-me@postgres/latchkey'),
      /jobs_database_url: holds a placeholder/,
    ],
    ['a file for one alone', () => chmodSync(join(secrets, 'redis_url'), 0o600), /mode 0600 instead of 0444/],
    [
      'a file that others write',
      () => chmodSync(join(secrets, 'redis_url'), 0o666),
      /mode 0666 instead of 0444/,
    ],
    ['a folder that others open', () => chmodSync(secrets, 0o755), /mode 0755 instead of 0700/],
    [
      'another password of Redis',
      () => put('redis_url', 'redis://app:some-other-word@redis:6379/0'),
      /does not know/,
    ],
    ['anybody in Redis', () => put('redis_users', 'user default on nopass ~* +@all\n'), /lets anybody in/],
    [
      'another key',
      () => put('postgres_key', makeCertificate({ names: ['x'], from: days(-1), until: days(9) }).key),
      /is not of postgres_key/,
    ],
    ['no certificate', () => put('postgres_cert', 'secret'), /no PEM/],
    ['one for another name', () => pair('db', 300), /not made out to postgres/],
    ['one that is over', () => pair('postgres', -1), /is over/],
    ['one that ends soon', () => pair('postgres', 29.5), /ends in 29 days/],
  ]
  function pair(name: string, until: number) {
    const { cert, key } = makeCertificate({ names: [name], from: days(-2), until: days(until) })
    put('postgres_cert', cert)
    put('postgres_key', key)
  }

  test.each(broken)('%s is told with what to type next', (_, spoil, says) => {
    spoil()
    expect(told(check()).join('\n')).toMatch(says)
    for (const { next } of check()) expect(next).toMatch(/^(npm run gen-secrets|chmod|install)/)
  })

  test('a prefix that Redis does not allow, and a link in the place of a file', () => {
    expect(told(check('other:')).join()).toMatch(/other keys than RATE_LIMIT_REDIS_PREFIX/)
    rmSync(secrets, { recursive: true })
    expect(told(check())).toEqual([`${secrets}: is not there`])
  })
})

describe('R28: npm run preflight', () => {
  let mode = 0o600
  const run = (...words: string[]) => {
    const places = ['--env', env, '--secrets', secrets, '--compose', join(ground, 'compose.yaml')]
    const settings = join(ground, 'deploy.env')
    rmSync(settings, { force: true })
    writeFileSync(settings, 'ENV=prod\nWEBSITE_DOMAIN=example.com\nACME_EMAIL=ops@example.com\n', { mode })
    const tool = join(import.meta.dirname, '../preflight.ts')
    const { status, stdout } = spawnSync(
      process.execPath,
      [tool, ...places, '--settings', settings, '--json', ...words],
      { encoding: 'utf8', env: {} },
    )
    return { status, ...(JSON.parse(stdout) as { ok: boolean; errors: number; findings: Finding[] }) }
  }
  const isAboutGround = ({ where }: Finding) => where.includes(ground) || !/^(Docker|\.docker)/.test(where)

  test('says all at once, as JSON, and fails for an error; for a warning with --strict', () => {
    writeFileSync(join(ground, 'compose.yaml'), stringify(aCompose()))
    expect(run().findings.filter(isAboutGround)).toEqual([])
    const latest = aCompose()
    set('redis', { image: 'redis' })(latest)
    writeFileSync(join(ground, 'compose.yaml'), stringify(latest))
    const [loose, strict] = [run(), run('--strict')]
    expect(loose.findings.filter(isAboutGround)).toHaveLength(1)
    expect(strict).toMatchObject({ status: 1, ok: false })
    expect(loose.ok).toBe(loose.errors === 0)
    rmSync(secrets, { recursive: true })
    rmSync(join(ground, 'compose.yaml'))
    expect(run()).toMatchObject({ status: 1, ok: false })
    expect(told(run().findings.filter(isAboutGround))).toHaveLength(2)
  })

  test('what the operator says and what the processes are told must agree', () => {
    writeFileSync(join(ground, 'compose.yaml'), stringify(aCompose()))
    writeFileSync(env, 'ENV=staging\nWEBSITE_DOMAIN=example.org\nPUBLIC_URL=https://example.net\n')
    expect(told(run().findings.filter(isAboutGround))).toEqual(
      ['ENV', 'WEBSITE_DOMAIN', 'PUBLIC_URL'].map(
        (key) => `${env}: ${key} is another one than in ${join(ground, 'deploy.env')}`,
      ),
    )
  })

  test('O10: settings that others may read are doubtful', () => {
    writeFileSync(join(ground, 'compose.yaml'), stringify(aCompose()))
    mode = 0o644
    expect(run().findings.filter(isAboutGround)).toMatchObject([
      { level: 'warning', next: expect.stringMatching(/^chmod/) as unknown },
    ])
    mode = 0o600
  })
})

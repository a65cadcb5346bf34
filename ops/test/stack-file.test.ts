import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { Advice } from '../launch/advice.mjs'
import { ROOT } from '../launch/places.mjs'
import { type Place, placeAt } from '../stack/place.ts'
import { stackOf, type StackWish } from '../stack/render.ts'
import { stackText } from '../stack/text.ts'

/** Written anew with UPDATE_SAMPLES=1. */
const SAMPLE = join(ROOT, 'ops/test/samples/stack.yaml')
const COMPOSE = readFileSync(join(ROOT, 'compose.yaml'), 'utf8')
const ENV = {
  ENV: 'prod',
  PUBLIC_URL: 'https://example.com',
  ADMIN_EMAIL: 'ada@example.com',
  IMAGE_TAG: '0123456789ab',
  COMPOSE_PROFILES: 'edge',
  SMTP_USE_TLS: 'off',
}
const EMPTY = ['session_secret_previous', 'token_pepper_previous', 'turnstile_secret_key']
const WISH: StackWish = { env: ENV, servers: 3, image: 'registry.example.com/team/product' }

/** The folders of this repository, with texts and secrets that nobody has to have for it. */
const aPlace = (more: Partial<Place> = {}): Place => ({
  files: (folder) =>
    placeAt(ROOT)
      .files(folder.replace('traefik/rendered', 'traefik/samples/prod'))
      .map((file) => ({ ...file, text: `the text of ${file.path}` })),
  secret: (file) => ({
    isEmpty: EMPTY.some((name) => file.endsWith(`/${name}`)),
    writtenAt: new Date('2026-11-22T05:06:07.890Z'),
  }),
  ...more,
})

type Deploy = {
  mode?: string
  replicas?: number
  placement?: object
  update_config: { order: string; failure_action: string }
}
type Service = {
  image: string
  command: string[]
  environment: Record<string, string>
  secrets: string[]
  ports?: { mode: string }[]
  networks: Record<string, object>
  deploy: Deploy
}
type Read = {
  services: Record<string, Service>
  networks: Record<string, object>
  secrets: Record<string, { name: string; file: string }>
  configs: Record<string, { name: string; file: string }>
}
const read = (text = COMPOSE, wish: Partial<StackWish> = {}, place = aPlace()): Read =>
  parse(stackText(stackOf(text, { ...WISH, ...wish }, place)), { version: '1.1' }) as Read

test('decision 32: ops/test/samples/stack.yaml is what compose.yaml makes (else: UPDATE_SAMPLES=1)', () => {
  const text = stackText(stackOf(COMPOSE, WISH, aPlace()))
  if (process.env['UPDATE_SAMPLES']) writeFileSync(SAMPLE, text)
  expect(readFileSync(SAMPLE, 'utf8')).toBe(text)
})

describe('decision 32: what swarm has to be told in another way', () => {
  const { services, networks, secrets, configs } = read()

  test('both slots are one service, which answers to both names', () => {
    expect(Object.keys(services).sort()).toEqual([
      'jobs',
      'migrate',
      'postgres',
      'redis',
      'server',
      'traefik',
    ])
    expect(services['server']?.deploy.replicas).toBe(3)
    expect(services['server']?.networks['edge']).toEqual({ aliases: ['server-a', 'server-b'] })
    const two = parse(stackText(stackOf(COMPOSE, { env: ENV }, aPlace()))) as Read
    expect(two.services['server']?.deploy.replicas).toBe(2)
  })

  test('whoever was kept back until the migrations are done waits by itself; the migration is done on each node', () => {
    const first = Object.entries(services).map(([name, { command }]) => [name, command?.[0]])
    expect(first.filter(([, word]) => word === 'containers/after-migration').map(([name]) => name)).toEqual([
      'server',
      'jobs',
    ])
    expect(services['migrate']?.deploy).toMatchObject({
      mode: 'global',
      restart_policy: { condition: 'on-failure', max_attempts: 30 },
    })
    expect(existsSync(join(ROOT, 'containers/after-migration'))).toBe(true)
  })

  test('what has a volume or a port stays at one node, and is never there twice', () => {
    const pinned = Object.entries(services).filter(([, { deploy }]) => deploy.placement)
    expect(pinned.map(([name]) => name)).toEqual(['traefik', 'postgres', 'redis'])
    for (const [, { deploy }] of pinned) expect(deploy.update_config.order).toBe('stop-first')
    for (const name of ['server', 'jobs'])
      expect(services[name]?.deploy.update_config).toMatchObject({
        order: 'start-first',
        failure_action: 'rollback',
      })
  })

  test('Q5, N5: networks are encrypted, and `data` leads nowhere', () => {
    expect(networks['data']).toEqual({ driver: 'overlay', internal: true, driver_opts: { encrypted: '' } })
    for (const network of Object.values(networks)) expect(network).toMatchObject({ driver: 'overlay' })
  })

  test('Q3: ports are the host’s own, so that addresses stay true, and the servers trust the gate’s network', () => {
    const open = Object.entries(services).filter(([, { ports }]) => ports)
    expect(open.map(([name]) => name)).toEqual(['traefik'])
    expect(open[0]?.[1].ports?.map(({ mode }) => mode)).toEqual(['host', 'host'])
    expect(services['server']?.environment['TRUSTED_PROXIES']).toBe('172.31.250.0/24')
  })

  test('L1: secrets are files of swarm, named by when they were written; an empty one is nowhere', () => {
    expect(secrets['session_secret']).toEqual({
      name: 'latchkey_session_secret_20261122T050607',
      file: './secrets/session_secret',
    })
    for (const name of EMPTY) expect(secrets).not.toHaveProperty(name)
    const { environment, secrets: given } = services['server'] ?? expect.unreachable()
    expect(environment).not.toHaveProperty('TURNSTILE_SECRET_KEY_FILE')
    expect(given).toContain('session_secret')
    expect(given).not.toContain('turnstile_secret_key')
  })

  test('mounted folders are configs, which change their names with their text', () => {
    expect(configs['postgres-start']?.file).toBe('./containers/postgres/start')
    const changed = aPlace({
      files: (folder) =>
        aPlace()
          .files(folder)
          .map((file) => ({ ...file, text: `${file.text}#` })),
    })
    const names = (one: Read) => Object.values(one.configs).map(({ name }) => name)
    expect(names(read(COMPOSE, {}, changed)).filter((name) => names(read()).includes(name))).toEqual([])
    const long = { env: { ...ENV, COMPOSE_PROJECT_NAME: 'a-name-of-twenty-four-let' } }
    for (const name of names(read(COMPOSE, long))) expect(name.length).toBeLessThanOrEqual(64)
    expect(new Set(names(read(COMPOSE, long))).size).toBe(names(read()).length)
  })

  test('our image has its name in the registry, and theirs keep theirs', () => {
    const images = Object.entries(services).map(([name, { image }]) => [name, image])
    const ours = 'registry.example.com/team/product:0123456789ab'
    expect(images.filter(([, image]) => image === ours).map(([name]) => name)).toEqual([
      'server',
      'jobs',
      'migrate',
    ])
    expect(services['redis']?.image).toBe('redis:8')
  })

  test('a word that the engine’s reader takes for something else stays a word, and a dollar one', () => {
    const { stack } = stackOf(COMPOSE, { env: { ...ENV, EMAIL_FROM_ADDRESS: '$HOME' } }, aPlace())
    const text = stackText({ stack, said: [] })
    expect(text).toContain('SMTP_USE_TLS: "off"')
    expect(text).toContain('EMAIL_FROM_ADDRESS: $$HOME')
  })

  test('what swarm cannot do is said above it', () => {
    const { said } = stackOf(COMPOSE, { env: { ...ENV, COMPOSE_PROFILES: '' } }, aPlace())
    const text = said.join('\n')
    for (const words of ['latchkey.home=true', 'no-new-privileges', 'registry', 'traefik', ...EMPTY])
      expect(text).toContain(words)
  })
})

const refusalOf = (text: string, wish: Partial<StackWish> = {}, place = aPlace()): string => {
  try {
    read(text, wish, place)
    return 'nothing'
  } catch (error) {
    expect(error).toBeInstanceOf(Advice)
    return (error as Advice).message
  }
}

describe('decision 32: what has no counterpart is refused by name', () => {
  test.each([
    ['redis:8\n    devices: [/dev/fuse]', 'redis:8', 'services.redis.devices is not known'],
    ['redis:8\n    privileged: true', 'redis:8', 'services.redis.privileged is not known'],
    ['redis:8\n    network_mode: host', 'redis:8', 'services.redis.network_mode is not known'],
    ['  outbound: { attachable: true }', '  outbound: {}', 'networks.outbound.attachable is not known'],
    ["['no-new-privileges:true', 'apparmor:x']", "['no-new-privileges:true']", 'security_opt.1'],
    ['restart: always', 'restart: unless-stopped', 'restart'],
    ["['80:80', '127.0.0.1:443:443']", "['80:80', '443:443']", 'services.traefik.ports.1'],
    ['- /etc/redis:/etc/redis:ro', '- ./containers/redis:/etc/redis:ro', 'services.redis.volumes.1'],
    ['\nconfigs: {}\nvolumes:', '\nvolumes:', 'configs is not known'],
    [
      '{ condition: service_started }',
      '{ condition: service_healthy }',
      'services.server-a.depends_on.redis',
    ],
  ])('%s', (broken, whole, says) => {
    const text = COMPOSE.replace(whole, broken)
    expect(text).not.toBe(COMPOSE)
    expect(refusalOf(text)).toContain(says)
  })

  test('slots that differ', () => {
    const text = COMPOSE.replace('  server-b: *server', '  server-b: { <<: *server, read_only: false }')
    expect(refusalOf(text)).toMatch(/server-a and server-b are not the same[\s\S]*Next: /)
  })

  test('a setting that compose.yaml insists on', () => {
    expect(refusalOf(COMPOSE, { env: { ...ENV, PUBLIC_URL: '' } })).toContain('PUBLIC_URL is missing in .env')
  })

  test('secrets that are not there, and folders without files', () => {
    expect(refusalOf(COMPOSE, {}, aPlace({ secret: () => undefined }))).toMatch(
      /not there: .*secrets\/database_url[\s\S]*gen-secrets/,
    )
    expect(refusalOf(COMPOSE, {}, aPlace({ files: () => [] }))).toMatch(/traefik\/rendered has no files/)
  })

  test('a file that asks for a secret that is empty', () => {
    const place = aPlace({
      secret: () => ({ isEmpty: true, writtenAt: new Date(0) }),
      files: (folder) => placeAt(ROOT).files(folder.replace('traefik/rendered', 'traefik/samples/prod')),
    })
    expect(refusalOf(COMPOSE, {}, place)).toMatch(/asks for the secret \w+_basic_auth, which is empty/)
  })

  test('a template, which swarm would fill in', () => {
    const env = { ...ENV, EMAIL_FROM_ADDRESS: '{{.Node.Hostname}}@example.com' }
    expect(refusalOf(COMPOSE, { env })).toMatch(/jobs is told something with {{/)
  })

  test('no YAML', () => {
    expect(refusalOf('services: [')).toMatch(/no YAML[\s\S]*Next: /)
  })
})

describe('npm run stack', () => {
  const home = mkdtempSync(join(tmpdir(), 'latchkey-stack-file-'))
  afterAll(() => rmSync(home, { recursive: true }))
  for (const path of ['compose.yaml', 'containers'])
    cpSync(join(ROOT, path), join(home, path), { recursive: true })
  mkdirSync(join(home, 'secrets'))
  for (const name of Object.keys((parse(COMPOSE) as { secrets: object }).secrets))
    writeFileSync(join(home, 'secrets', name), 'canary-of-a-secret')
  const env = (lines: string) => writeFileSync(join(home, '.env'), lines)
  const LINES = 'ENV=local\nPUBLIC_URL=http://localhost\nADMIN_EMAIL=ada@example.com\n'
  const stack = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, 'ops/stack.ts'), '--compose', join(home, 'compose.yaml'), ...words],
      { encoding: 'utf8', cwd: home },
    )
    return { status, said: stdout + stderr }
  }

  test('writes a file beside compose.yaml, without a secret in it, and says what is to be done', () => {
    env(LINES)
    const { status, said } = stack('--write', 'stack.yaml')
    expect([status, said]).toEqual([0, expect.stringMatching(/home=true[\s\S]*Next: docker stack deploy/)])
    const written = readFileSync(join(home, 'stack.yaml'), 'utf8')
    expect(written).toContain('services:')
    expect(written).not.toContain('canary')
    expect(JSON.parse(stack('--json').said)).toMatchObject({ ok: true, stack: { version: '3.9' } })
  })

  test.each([
    [['--write', '/nowhere/stack.yaml'], /beside compose.yaml/],
    [['--servers', '0'], /no number of servers/],
    [['--image', 'product:1'], /without a tag/],
    [['--env', 'none'], /none is not there/],
    [['--compose', 'none.yaml'], /none.yaml is not there/],
  ])('%s', (words, says) => {
    env(LINES)
    const { status, said } = stack(...words)
    expect([status, said]).toEqual([1, expect.stringMatching(says)])
  })

  test('COMPOSE_FILE with more than one file', () => {
    env(`${LINES}COMPOSE_FILE=compose.yaml:more.yaml\n`)
    expect(stack().said).toMatch(/more than one file \(more.yaml\)/)
  })
})

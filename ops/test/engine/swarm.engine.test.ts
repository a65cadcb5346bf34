import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Command, type Ran, run } from '../../deeds/run.ts'
import { ROOT } from '../../launch/places.mjs'
import { sleep } from '../../local/sleep.ts'
import { openStack, type Stack } from './stack.ts'

const NAME = 'latchkey-swarm'
/** Not the range of the other tests: they may run on this engine at the same time. */
const SETTINGS = {
  ADMIN_EMAIL: 'ada@example.com',
  IMAGE_TAG: 'swarm',
  EDGE_SUBNET: '172.31.252.0/24',
  EDGE_RANGE: '172.31.252.128/25',
  EDGE_ADDRESS: '172.31.252.2',
}

let stack: Stack
let bridgeWasThere = false
const seconds: Record<string, number> = {}

beforeAll(async () => {
  if (await stateOfSwarm()) throw new Error(`This engine is in a swarm. Next: docker swarm leave --force`)
  bridgeWasThere = (await run(['docker', 'network', 'inspect', 'docker_gwbridge'])).code === 0
  stack = await openStack(NAME, SETTINGS)
  await sure([process.execPath, 'ops/gen-secrets.ts', '--write', join(stack.dir, 'secrets')])
  await stack.compose('build', 'server-a')
  await stack.docker('swarm', 'init', '--advertise-addr', '127.0.0.1')
  const node = (await stack.docker('node', 'ls', '--quiet')).trim()
  await stack.docker('node', 'update', '--label-add', `${NAME}.home=true`, node)
  const startedAt = Date.now()
  await deployStack()
  await expectReplicas({ server: '2/2', jobs: '1/1', postgres: '1/1', redis: '1/1' })
  seconds['healthy'] = Math.round((Date.now() - startedAt) / 1000)
})

afterAll(async () => {
  process.stdout.write(`${JSON.stringify(seconds)}\n`)
  if (!stack) return
  if (await stateOfSwarm()) {
    await run(['docker', 'stack', 'rm', NAME])
    // What has a container, were it ended long ago, holds its volume.
    for (let tries = 0; tries < 90 && (await containersOf()).length > 0; tries += 1) await sleep(1000)
    await run(['docker', 'swarm', 'leave', '--force'])
  }
  const { stdout } = await run(['docker', 'volume', 'ls', '--quiet', '--filter', `name=^${NAME}_`])
  for (const volume of stdout.split('\n').filter(Boolean)) await run(['docker', 'volume', 'rm', volume])
  if (!bridgeWasThere) await run(['docker', 'network', 'rm', 'docker_gwbridge'])
  await stack.close()
})

async function stateOfSwarm(): Promise<boolean> {
  const { stdout } = await run(['docker', 'info', '--format', '{{.Swarm.LocalNodeState}}'])
  return stdout.trim() === 'active'
}

/** As an operator does it: the file from compose.yaml, .env and secrets, and the file to the engine. */
async function deployStack(settings: Readonly<Record<string, string>> = {}): Promise<void> {
  const env = { ...SETTINGS, ENV: 'local', PUBLIC_URL: stack.url, COMPOSE_PROJECT_NAME: NAME, ...settings }
  const at = (name: string) => join(stack.dir, name)
  writeFileSync(
    at('.env'),
    Object.entries(env)
      .map((pair) => `${pair.join('=')}\n`)
      .join(''),
  )
  await sure([process.execPath, 'ops/stack.ts', '--compose', at('compose.yaml'), '--write', at('stack.yaml')])
  await stack.docker('stack', 'deploy', '--resolve-image', 'never', '--compose-file', at('stack.yaml'), NAME)
}

async function sure(command: Command): Promise<Ran> {
  const ran = await run(command, { cwd: ROOT })
  if (ran.code !== 0) throw new Error(`${command.join(' ')}: ${ran.code}\n${ran.stdout}\n${ran.stderr}`)
  return ran
}

/** Swarm counts a task when it is healthy. */
async function expectReplicas(wanted: Record<string, string>): Promise<void> {
  const until = Date.now() + 300_000
  let found: Record<string, string> = {}
  while (Date.now() < until) {
    found = await replicas()
    if (Object.entries(wanted).every(([name, count]) => found[name] === count)) return
    await sleep(2000)
  }
  const tasks = await stack.docker('stack', 'ps', '--no-trunc', NAME)
  const logs = await run(['docker', 'service', 'logs', '--tail', '30', `${NAME}_migrate`])
  expect(found, `${tasks}\n${logs.stdout}${logs.stderr}`).toMatchObject(wanted)
}

async function replicas(): Promise<Record<string, string>> {
  const listed = await stack.docker('service', 'ls', '--format', '{{.Name}} {{.Replicas}}')
  return Object.fromEntries(
    listed
      .split('\n')
      .filter(Boolean)
      .map((line) => line.slice(`${NAME}_`.length).split(' ')),
  ) as Record<string, string>
}

/** Those of a service that run, or all that there are of the stack. */
async function containersOf(service?: string): Promise<string[]> {
  const filter = service
    ? [`label=com.docker.swarm.service.name=${NAME}_${service}`]
    : [`label=com.docker.stack.namespace=${NAME}`, '--all']
  const { stdout } = await run(['docker', 'ps', '--quiet', '--filter', ...filter])
  return stdout.split('\n').filter(Boolean)
}

const ask = (container: string, url: string): Promise<Ran> =>
  run(['docker', 'exec', container, 'node', '-e', `fetch('${url}').then(r => r.text()).then(console.log)`])

describe('decision 32: the rendered stack on a swarm of one node', () => {
  test('each server is well by its own word, and has both stores', async () => {
    const servers = await containersOf('server')
    expect(servers).toHaveLength(2)
    for (const server of servers) {
      const { stdout } = await ask(server, 'http://127.0.0.1:8000/internal/health')
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, db_ok: true, redis_ok: true })
    }
  })

  test('the gate’s names of the slots lead to servers', async () => {
    const [server = ''] = await containersOf('server')
    for (const slot of ['server-a', 'server-b']) {
      const { stdout } = await ask(server, `http://${slot}:8000/internal/health`)
      expect(JSON.parse(stdout)).toMatchObject({ ok: true })
    }
  })

  test('the migration was done once on this node, and ended', async () => {
    const tasks = await stack.docker(...['service', 'ps', '--format', '{{.CurrentState}}', `${NAME}_migrate`])
    expect(tasks).toMatch(/^Complete/)
  })

  test.each(['server', 'jobs', 'postgres', 'redis'])(
    'N1: %s is nobody, writes nowhere, has no capability, limits, and no port of the host',
    async (service) => {
      const [container = ''] = await containersOf(service)
      const [{ Config, HostConfig } = expect.unreachable()] = JSON.parse(
        await stack.docker('inspect', container),
      ) as { Config: { User: string; Env: string[] }; HostConfig: Record<string, unknown> }[]
      expect(Config.User).not.toMatch(/^(|root|0(:.*)?)$/)
      expect(HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ['ALL'], Privileged: false })
      for (const limit of ['Memory', 'NanoCpus', 'PidsLimit'])
        expect(HostConfig[limit], limit).toBeGreaterThan(0)
      expect(HostConfig['PortBindings']).toEqual({})
    },
  )

  test('a build that does not start is taken back by itself, and nobody noticed', async () => {
    const before = (await containersOf('server')).toSorted()
    writeFileSync(join(stack.dir, 'broken'), `FROM latchkey:swarm\nENTRYPOINT ["false"]\n`)
    await stack.docker('build', '--tag', 'latchkey:broken', '--file', join(stack.dir, 'broken'), stack.dir)
    await deployStack({ IMAGE_TAG: 'broken' })
    const state = async () =>
      (
        await stack.docker('service', 'inspect', '--format', '{{.UpdateStatus.State}}', `${NAME}_server`)
      ).trim()
    await expect.poll(state, { timeout: 240_000, interval: 2000 }).toBe('rollback_completed')
    expect((await containersOf('server')).toSorted()).toEqual(before)
    await stack.docker('image', 'rm', '--force', 'latchkey:broken')
  })
})

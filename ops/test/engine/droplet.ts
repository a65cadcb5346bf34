import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Source } from '@latchkey/shared/env'
import { type Command, run } from '../../deeds/run.ts'
import { ROOT } from '../../launch/places.mjs'
import { freePort } from '../../local/postgres/free-port.ts'
import { sleep } from '../../local/sleep.ts'
import {
  type Change,
  type Deployed,
  envFileOf,
  openOperator,
  reportIn,
  settingsFor,
  sure,
} from '../deploy/operator.ts'
import { openFreshDroplet } from '../deploy/fresh-droplet.ts'

/** A droplet as deploys know it, from the cloud that makes it on: a real sshd whose account has a real engine, and a repository that one can push to. */
export type Droplet = {
  url: string
  /** Where the checkout, `.env`, the secrets and the state are. */
  place: string
  /** Pushes what differs, as a developer does. */
  push(message: string, files: Readonly<Record<string, Change>>): Promise<string>
  deploy(words?: readonly string[], settings?: Source): Promise<Deployed>
  /** Kills one as soon as it has said so much. */
  killAt(sign: string): Promise<void>
  docker(...words: string[]): Promise<string>
  /** What the last run that was --timestamped has left in its folder. */
  kept(file: string): string
  /** One that the first deploy has made there. */
  secret(name: string): string
  close(): Promise<void>
}
/** Whoever has it may say to the stand-in where they come from. */
export const CLAIM_KEY = randomUUID()
const STAND_IN = 'latchkey-stand-in'

export async function openDroplet(project: string): Promise<Droplet> {
  const home = mkdtempSync(join(tmpdir(), 'latchkey-droplet-'))
  const at = (name: string) => join(home, name)
  const port = await freePort()
  const url = `http://localhost:${port}`
  const fresh = await openFreshDroplet()
  const place = fresh.settings['DEPLOY_PATH'] ?? ''
  // As a droplet has it that was only just made, whatever a run that was killed has left.
  await forget(project)
  await sure(['docker', 'builder', 'prune', '--all', '--force'])
  await sure(['docker', 'build', '--quiet', '--tag', STAND_IN, join(ROOT, 'ops/test/engine/stand-in')])
  const operator = await openOperator(home)
  writeFileSync(at('compose.test.yaml'), overrideOf(port))
  writeFileSync(at('app.env'), envFileOf(appEnvOf(url, project, at('compose.test.yaml'))))
  const {
    DEPLOY_HOST: _,
    DEPLOY_HOST_KEY: __,
    ...settings
  } = settingsFor(fresh.sshd.target, place, operator.origin)
  writeFileSync(at('deploy.env'), envFileOf({ ...settings, ...fresh.settings }))

  const docker = async (...words: string[]) => sure(['docker', ...words], place)
  const commandOf = (words: readonly string[]): Command => [
    ...([process.execPath, 'ops/deploy.ts', '--json', '--watch', '6'] as const),
    ...['--settings', at('deploy.env'), '--env', at('app.env'), ...words],
  ]
  const environment = { PATH: process.env['PATH'], HOME: home }
  return {
    url,
    place,
    docker,
    push: operator.push,
    kept(file) {
      const runs = join(operator.place, 'local_run_logs')
      return readFileSync(join(runs, readdirSync(runs).toSorted().at(-1) ?? '', file), 'utf8')
    },
    secret: (name) => readFileSync(join(place, 'secrets', name), 'utf8').trim(),
    async deploy(words = [], change = {}) {
      const ran = await run(commandOf(words), { cwd: operator.place, env: { ...environment, ...change } })
      return reportIn(ran)
    },
    async killAt(sign) {
      const [program, ...words] = commandOf([])
      const child = spawn(program, words, {
        cwd: operator.place,
        env: environment,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let said = ''
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk))
      while (!said.includes(sign) && child.exitCode === null) await sleep(10)
      child.kill('SIGKILL')
      if (!said.includes(sign)) throw new Error(`it ended before it said ${sign}: ${said}`)
    },
    async close() {
      if (existsSync(join(place, 'compose.yaml')))
        await docker('compose', 'down', '--volumes', '--remove-orphans', '--timeout', '2').catch(() => {})
      await fresh.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

const LEFT = [
  [
    ['container', 'ls', '--all'],
    ['container', 'rm', '--force'],
  ],
  [
    ['volume', 'ls'],
    ['volume', 'rm'],
  ],
  [
    ['network', 'ls'],
    ['network', 'rm'],
  ],
] as const

async function forget(project: string): Promise<void> {
  for (const [list, remove] of LEFT) {
    const words = ['--quiet', '--filter', `label=com.docker.compose.project=${project}`]
    const ids = (await sure(['docker', ...list, ...words])).split('\n').filter(Boolean)
    if (ids.length > 0) await sure(['docker', ...remove, ...ids])
  }
}

const overrideOf = (port: number): string => `services:
  stand-in:
    profiles: [stand-in]
    image: ${STAND_IN}
    environment: { CLAIM_KEY: ${CLAIM_KEY} }
    ports: ['127.0.0.1:${port}:8080']
    networks: { edge: { ipv4_address: 172.31.251.2 } }
    depends_on:
      server-a: { condition: service_healthy }
      server-b: { condition: service_healthy }
`

const appEnvOf = (url: string, project: string, override: string): Source => ({
  PUBLIC_URL: url,
  ADMIN_EMAIL: 'root@example.com',
  EDGE_SUBNET: '172.31.251.0/24',
  EDGE_RANGE: '172.31.251.128/25',
  EDGE_ADDRESS: '172.31.251.2',
  COMPOSE_FILE: `compose.yaml:${override}`,
  COMPOSE_PROFILES: 'stand-in',
  COMPOSE_PROJECT_NAME: project,
})

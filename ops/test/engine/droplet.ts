import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Source } from '@latchkey/shared/env'
import { type Command, run } from '../../deeds/run.ts'
import { ROOT } from '../../launch/places.mjs'
import { freePort } from '../../local/postgres/free-port.ts'
import {
  type Change,
  type Deployed,
  envFileOf,
  openOperator,
  reportIn,
  settingsFor,
  sure,
} from '../deploy/operator.ts'
import { openTestSshd } from '../deploy/sshd.ts'

/** A droplet as deploys know it: a real sshd whose account has a real engine, and a repository that one can push to. */
export type Droplet = {
  url: string
  /** Where the checkout, `.env`, the secrets and the state are. */
  place: string
  /** Pushes what differs, as a developer does. */
  push(message: string, files: Readonly<Record<string, Change>>): Promise<string>
  deploy(words?: readonly string[], settings?: Source): Promise<Deployed>
  docker(...words: string[]): Promise<string>
  /** One that the first deploy has made there. */
  secret(name: string): string
  close(): Promise<void>
}
const STAND_IN = 'latchkey-stand-in'

export async function openDroplet(project: string): Promise<Droplet> {
  const home = mkdtempSync(join(tmpdir(), 'latchkey-droplet-'))
  const at = (name: string) => join(home, name)
  const port = await freePort()
  const url = `http://localhost:${port}`
  const sshd = await openTestSshd()
  await sure(['docker', 'build', '--quiet', '--tag', STAND_IN, join(ROOT, 'ops/test/engine/stand-in')])
  const operator = await openOperator(home)
  writeFileSync(at('compose.test.yaml'), overrideOf(port))
  writeFileSync(at('app.env'), envFileOf(appEnvOf(url, project, at('compose.test.yaml'))))
  writeFileSync(at('deploy.env'), envFileOf(settingsFor(sshd.target, at('place'), operator.origin)))

  const docker = async (...words: string[]) => sure(['docker', ...words], at('place'))
  return {
    url,
    place: at('place'),
    docker,
    push: operator.push,
    secret: (name) => readFileSync(join(at('place'), 'secrets', name), 'utf8').trim(),
    async deploy(words = [], settings = {}) {
      const command: Command = [
        ...([process.execPath, 'ops/deploy.ts', '--json', '--watch', '6'] as const),
        ...['--settings', at('deploy.env'), '--env', at('app.env'), ...words],
      ]
      const ran = await run(command, {
        cwd: operator.place,
        env: { PATH: process.env['PATH'], HOME: home, ...settings },
      })
      return reportIn(ran)
    },
    async close() {
      if (existsSync(at('place/compose.yaml')))
        await docker('compose', 'down', '--volumes', '--remove-orphans', '--timeout', '2').catch(() => {})
      await sshd.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

const overrideOf = (port: number): string => `services:
  stand-in:
    profiles: [stand-in]
    image: ${STAND_IN}
    environment: { KEEPS_CLAIMS: 'yes' }
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

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Source } from '@latchkey/shared/env'
import { type Command, type Ran, run } from '../../deeds/run.ts'
import { ROOT } from '../../launch/places.mjs'
import { freePort } from '../../local/postgres/free-port.ts'
import type { Report } from '../../report/schema.ts'
import { openTestSshd } from '../deploy/sshd.ts'

/** A droplet as deploys know it: a real sshd whose account has a real engine, and a repository that one can push to. */
export type Droplet = {
  url: string
  /** Where the checkout, `.env`, the secrets and the state are. */
  place: string
  /** Pushes what differs, as a developer does. */
  push(message: string, files: Readonly<Record<string, string | ((before: string) => string)>>): Promise<void>
  deploy(words?: readonly string[], settings?: Source): Promise<Deployed>
  docker(...words: string[]): Promise<string>
  close(): Promise<void>
}
export type Deployed = Ran & { report: Report | undefined }

const STAND_IN = 'latchkey-stand-in'

export async function openDroplet(project: string): Promise<Droplet> {
  const home = mkdtempSync(join(tmpdir(), 'latchkey-droplet-'))
  const at = (name: string) => join(home, name)
  const port = await freePort()
  const url = `http://localhost:${port}`
  const sshd = await openTestSshd()
  await sure(['docker', 'build', '--quiet', '--tag', STAND_IN, join(ROOT, 'ops/test/engine/stand-in')])
  await sure(['git', 'init', '--quiet', '--bare', '--initial-branch=main', at('origin.git')])
  await makeOperator(at('operator'), at('origin.git'))
  writeFileSync(at('compose.test.yaml'), overrideOf(port))
  writeFileSync(at('app.env'), appEnvOf(url, project, at('compose.test.yaml')))
  writeFileSync(at('deploy.env'), deployEnvOf(sshd.target, at('place'), at('origin.git')))

  const docker = async (...words: string[]) => sure(['docker', ...words], at('place'))
  return {
    url,
    place: at('place'),
    docker,
    async push(message, files) {
      for (const [path, text] of Object.entries(files)) {
        const file = join(at('operator'), path)
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, typeof text === 'string' ? text : text(readFileSync(file, 'utf8')))
      }
      await commit(at('operator'), message)
    },
    async deploy(words = [], settings = {}) {
      const command: Command = [
        ...([process.execPath, 'ops/deploy.ts', '--json', '--watch', '6'] as const),
        ...['--settings', at('deploy.env'), '--env', at('app.env'), ...words],
      ]
      const ran = await run(command, {
        cwd: at('operator'),
        env: { PATH: process.env['PATH'], HOME: home, ...settings },
      })
      return { ...ran, report: ran.stdout.startsWith('{') ? (JSON.parse(ran.stdout) as Report) : undefined }
    },
    async close() {
      if (existsSync(at('place/compose.yaml')))
        await docker('compose', 'down', '--volumes', '--remove-orphans', '--timeout', '2').catch(() => {})
      await sshd.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** A clone as a developer has it, of what stands here now; its packages are ours. */
async function makeOperator(place: string, origin: string): Promise<void> {
  const { stdout } = await run(['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
  })
  for (const path of stdout.split('\0').filter((name) => name && existsSync(join(ROOT, name)))) {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    cpSync(join(ROOT, path), join(place, path))
  }
  symlinkSync(join(ROOT, 'node_modules'), join(place, 'node_modules'))
  await sure(['git', 'init', '--quiet', '--initial-branch=main'], place)
  await sure(['git', 'remote', 'add', 'origin', origin], place)
  writeFileSync(join(place, '.git/info/exclude'), 'node_modules\n')
  await commit(place, 'as it stands')
}

async function commit(place: string, message: string): Promise<void> {
  await sure(['git', 'add', '--all'], place)
  await sure(
    ['git', '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '-m', message],
    place,
  )
  await sure(['git', 'push', '--quiet', 'origin', 'HEAD:main'], place)
}

async function sure(command: Command, cwd?: string): Promise<string> {
  const { code, stdout, stderr } = await run(command, cwd === undefined ? {} : { cwd })
  if (code !== 0) throw new Error(`${command.join(' ')}: ${code}\n${stdout}\n${stderr}`)
  return stdout
}

const overrideOf = (port: number): string => `services:
  stand-in:
    profiles: [stand-in]
    image: ${STAND_IN}
    ports: ['127.0.0.1:${port}:8080']
    networks: { edge: { ipv4_address: 172.31.251.2 } }
    depends_on:
      server-a: { condition: service_healthy }
      server-b: { condition: service_healthy }
`

const appEnvOf = (url: string, project: string, override: string): string =>
  [
    `PUBLIC_URL=${url}`,
    'ADMIN_EMAIL=root@example.com',
    'EDGE_SUBNET=172.31.251.0/24',
    'EDGE_RANGE=172.31.251.128/25',
    'EDGE_ADDRESS=172.31.251.2',
    `COMPOSE_FILE=compose.yaml:${override}`,
    'COMPOSE_PROFILES=stand-in',
    `COMPOSE_PROJECT_NAME=${project}`,
    '',
  ].join('\n')

type SshTarget = Awaited<ReturnType<typeof openTestSshd>>['target']
const deployEnvOf = (target: SshTarget, place: string, origin: string): string =>
  [
    'ENV=staging',
    'WEBSITE_DOMAIN=product.example.com',
    'ACME_EMAIL=ops@example.com',
    `DEPLOY_HOST=${target.host}`,
    `DEPLOY_SSH_PORT=${target.port}`,
    `DEPLOY_SSH_USER=${target.user}`,
    `DEPLOY_SSH_KEY_FILE=${target.keyFile}`,
    `DEPLOY_HOST_KEY='${target.hostKey?.split(' ').slice(0, 2).join(' ') ?? ''}'`,
    `DEPLOY_PATH=${place}`,
    `DEPLOY_REPOSITORY=${origin}`,
    '',
  ].join('\n')

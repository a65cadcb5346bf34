import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Source } from '@latchkey/shared/env'
import type { Target } from '../../commands/ssh.ts'
import { type Command, type Ran, run } from '../../deeds/run.ts'
import { ROOT } from '../../launch/places.mjs'
import type { Report } from '../../report/schema.ts'

/** Somebody who deploys: a clone of what stands here now, and a remote that the droplet may fetch from as well. */
export type Operator = {
  place: string
  origin: string
  /** Pushes what differs, as a developer does. Answers the tag that its image will have. */
  push(message: string, files: Readonly<Record<string, Change>>): Promise<string>
}
/** What a file is to hold, or what becomes of what it holds. */
export type Change = string | ((before: string) => string)
export type Deployed = Ran & { report: Report | undefined }

export async function openOperator(home: string): Promise<Operator> {
  const [place, origin] = [join(home, 'operator'), join(home, 'origin.git')]
  await sure(['git', 'init', '--quiet', '--bare', '--initial-branch=main', origin])
  await copyTree(place)
  symlinkSync(join(ROOT, 'node_modules'), join(place, 'node_modules'))
  await sure(['git', 'init', '--quiet', '--initial-branch=main'], place)
  await sure(['git', 'remote', 'add', 'origin', origin], place)
  writeFileSync(join(place, '.git/info/exclude'), 'node_modules\n')
  await commit(place, 'as it stands')
  return {
    place,
    origin,
    async push(message, files) {
      for (const [path, change] of Object.entries(files)) {
        const file = join(place, path)
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, typeof change === 'string' ? change : change(readFileSync(file, 'utf8')))
      }
      return commit(place, message)
    },
  }
}

/** As a developer has it, with what is about to be committed. */
async function copyTree(place: string): Promise<void> {
  const listed = await sure(['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], ROOT)
  for (const path of listed.split('\0').filter((name) => name && existsSync(join(ROOT, name)))) {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    cpSync(join(ROOT, path), join(place, path))
  }
}

async function commit(place: string, message: string): Promise<string> {
  await sure(['git', 'add', '--all'], place)
  await sure(
    ['git', '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '-m', message],
    place,
  )
  await sure(['git', 'push', '--quiet', 'origin', 'HEAD:main'], place)
  return (await sure(['git', 'rev-parse', 'HEAD'], place)).slice(0, 12)
}

export async function sure(command: Command, cwd?: string): Promise<string> {
  const { code, stdout, stderr } = await run(command, cwd === undefined ? {} : { cwd })
  if (code !== 0) throw new Error(`${command.join(' ')}: ${code}\n${stdout}\n${stderr}`)
  return stdout
}

/** The settings of a deploy to that account. */
export const settingsFor = (target: Target, place: string, origin: string): Record<string, string> => ({
  ENV: 'staging',
  WEBSITE_DOMAIN: 'product.example.com',
  ACME_EMAIL: 'ops@example.com',
  DEPLOY_HOST: target.host,
  DEPLOY_SSH_PORT: String(target.port),
  DEPLOY_SSH_USER: target.user,
  DEPLOY_SSH_KEY_FILE: target.keyFile,
  DEPLOY_HOST_KEY: target.hostKey ?? '',
  DEPLOY_PATH: place,
  DEPLOY_REPOSITORY: origin,
})

/** As a file of settings has them. */
export const envFileOf = (settings: Source): string =>
  Object.entries(settings)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([key, value]) => `${key}=${quoted(value)}\n`)
    .join('')

/** In quotes that it does not hold itself. */
function quoted(value: string): string {
  const quote = ["'", '"', '`'].find((one) => !value.includes(one))
  if (quote === undefined) throw new Error(`no file of settings can hold ${JSON.stringify(value)}`)
  return quote + value + quote
}

export const reportIn = (ran: Ran): Deployed => ({
  ...ran,
  report: ran.stdout.startsWith('{') ? (JSON.parse(ran.stdout) as Report) : undefined,
})

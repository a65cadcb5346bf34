import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { giveTo, type Binaries } from './binaries.ts'
import { PostgresFailed } from './failure.ts'

export type Cluster = { data: string; healed: string[] }

const MAJOR = '17'

/** A cluster is made beside its place and moved there in one step, so what stands there is complete. */
export async function ensureCluster(
  binaries: Binaries,
  { dir, durable }: { dir: string; durable: boolean },
): Promise<Cluster> {
  const making = `${dir}.making`
  const wasInterrupted = await exists(making)
  // Of an initdb that was killed a backend writes on until it notices, and then the folder is not empty yet.
  await rm(making, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  if (!(await exists(dir))) {
    await make(binaries, making, durable)
    await rename(making, dir)
  }
  const data = join(dir, 'data')
  await refuseOtherMajor(data)
  await giveTo(data, binaries.owner)
  return {
    data,
    healed: wasInterrupted ? ['An earlier start was cut off while it made the database: made anew.'] : [],
  }
}

async function make(binaries: Binaries, dir: string, durable: boolean): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const password = join(dir, 'password')
  await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 })
  const args = [
    ...['-D', join(dir, 'data'), '--username=postgres', `--pwfile=${password}`, '--auth=scram-sha-256'],
    ...['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8', '--no-instructions'],
    ...(durable ? [] : ['--no-sync']),
  ]
  await giveTo(dir, binaries.owner)
  const [program = '', ...rest] = [...binaries.as, binaries.initdb, ...args]
  await promisify(execFile)(program, rest, {
    cwd: '/',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  }).catch((error: { stderr?: string }) => {
    throw new PostgresFailed('could not make its data folder', error.stderr ?? String(error))
  })
}

async function refuseOtherMajor(data: string): Promise<void> {
  const major = (await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => 'nothing')).trim()
  if (major === MAJOR) return
  throw new PostgresFailed(`cannot use ${data}`, `it was made by PostgreSQL ${major}, this is ${MAJOR}`)
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

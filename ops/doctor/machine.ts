import { statfsSync } from 'node:fs'
import type { Check } from '../checks/verdict.ts'
import type { Command, Run } from '../deeds/run.ts'

type Version = readonly [major: number, minor: number]
/** A program that a deploy needs here, from which version on, and how it says its own. */
type Needed = { name: string; command: Command; least: Version; next: string }

/** Wherever they are to run a deploy. */
export const LEAST: Readonly<Record<'docker' | 'compose', Version>> = { docker: [20, 10], compose: [2, 20] }

const NEEDED: readonly Needed[] = [
  { name: 'git', command: ['git', '--version'], least: [2, 20], next: 'install git' },
  { name: 'ssh', command: ['ssh', '-V'], least: [8, 0], next: 'install an OpenSSH client' },
  {
    name: 'docker',
    command: ['docker', 'version', '--format', '{{.Server.Version}}'],
    least: LEAST.docker,
    next: 'install Docker, or start it: only tests of containers need it here',
  },
  {
    name: 'compose',
    command: ['docker', 'compose', 'version', '--short'],
    least: LEAST.compose,
    next: 'install the compose plugin: only tests of containers need it here',
  },
]
/** Here they are for tests alone; the machine that is deployed to has its own. */
const OPTIONAL: ReadonlySet<string> = new Set(['docker', 'compose'])

const LEAST_NODE = 24
const GB = 1024 ** 3
/** An image is built from some 2 GB, and Postgres without a disk is no Postgres. */
const LEAST_DISK = 5 * GB
export const PATIENCE_MS = 10_000

export async function machineChecks(run: Run, folder: string): Promise<Check[]> {
  return [
    nodeCheck(),
    ...(await Promise.all(NEEDED.map((needed) => programCheck(run, needed)))),
    diskCheck('disk', freeHere(folder)),
  ]
}

function nodeCheck(): Check {
  const version = process.versions.node
  const isNew = Number(version.split('.')[0]) >= LEAST_NODE
  return isNew
    ? { name: 'node', verdict: 'pass', says: version }
    : {
        name: 'node',
        verdict: 'fail',
        says: `${version} is too old`,
        next: 'npm run doctor, which brings its own',
      }
}

async function programCheck(run: Run, { name, command, least, next }: Needed): Promise<Check> {
  const { code, stdout, stderr } = await run(command, { timeoutMs: PATIENCE_MS })
  const verdict = OPTIONAL.has(name) ? 'warn' : 'fail'
  return versionCheck(name, code === 0 ? `${stdout}${stderr}` : null, { least, verdict, next })
}

type Wanted = Pick<Needed, 'least' | 'next'> & { verdict: 'warn' | 'fail' }

export function versionCheck(name: string, said: string | null, { least, verdict, next }: Wanted): Check {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(said ?? '') ?? []
  if (major === undefined) return { name, verdict, says: 'does not answer', next }
  const isNew = Number(major) > least[0] || (Number(major) === least[0] && Number(minor) >= least[1])
  if (isNew) return { name, verdict: 'pass', says: `${major}.${minor}` }
  return { name, verdict, says: `${major}.${minor}, and ${least.join('.')} is the least`, next }
}

function freeHere(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

export function diskCheck(name: string, bytes: number): Check {
  const free = `${(bytes / GB).toFixed(1)} GB free`
  return bytes >= LEAST_DISK
    ? { name, verdict: 'pass', says: free }
    : { name, verdict: 'warn', says: free, next: 'docker system prune, or a larger disk' }
}

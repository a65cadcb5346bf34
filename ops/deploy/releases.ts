import { z } from 'zod'
import { makeFolder, writeFile } from '../commands/files.ts'
import { Unusable } from '../unusable.ts'
import { findFile } from './find-file.ts'
import type { Ground } from './ground.ts'
import { insist } from './insist.ts'

/** What has run on the droplet, the newest first. `head` is the newest migration that the build brings. */
const release = z.strictObject({
  commit: z.string().regex(/^[0-9a-f]{40,64}$/),
  tag: z.string().regex(/^[0-9a-f]{12}$/),
  head: z.string().regex(/^\d{4}_\w+$/),
  at: z.iso.datetime(),
})
const releases = z.array(release)
export type Release = z.infer<typeof release>

const FOLDER = 'state'
const FILE = 'state/releases.json'
/** As many as a rollback may want to look back over; their images are kept. */
export const KEPT = 4

export const tagOf = (commit: string): string => commit.slice(0, 12)

export async function readReleases(ground: Pick<Ground, 'run'>): Promise<Release[]> {
  const text = await findFile(ground, FILE)
  if (text === undefined) return []
  const read = releases.safeParse(parsed(text))
  if (read.success) return read.data
  throw new Unusable(
    `${FILE} on the droplet is not what a deploy has written.`,
    `Next: look at it there; rm ${FILE} forgets what could be gone back to. Nothing was changed.`,
  )
}

/** The one that runs from now on stands first, once. */
export async function recordRelease(ground: Ground, now: Release): Promise<Release[]> {
  const before = (await readReleases(ground)).filter(({ commit }) => commit !== now.commit)
  const all = [now, ...before].slice(0, KEPT)
  await writeReleases(ground, all)
  return all
}

export async function writeReleases(ground: Pick<Ground, 'run'>, all: readonly Release[]): Promise<void> {
  await insist(ground, 'The folder for state cannot be made', makeFolder(FOLDER))
  await insist(ground, 'What runs now cannot be written down', writeFile(FILE, '0600'), {
    stdin: `${JSON.stringify(all, undefined, 2)}\n`,
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

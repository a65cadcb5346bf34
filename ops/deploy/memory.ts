import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { Advice } from '../launch/advice.mjs'

/** What this machine remembers of an environment, beside the file that describes it. Nothing in it is secret. */
const known = z.strictObject({
  address: z.string().optional(),
  /** The host key to insist on. */
  hostKey: z.string().optional(),
  /** The one that went along with a new droplet, for as long as it may still be in force. */
  firstKey: z.string().optional(),
  /** How long the last deploys took up to their questions, without the cloud, the watch and the suites. */
  fullMs: z.number().optional(),
  updateOnlyMs: z.number().optional(),
})
export type Known = Readonly<z.infer<typeof known>>
export type Memory = {
  known: Known
  /** Written down before it counts: a run that is killed here finds its way back. */
  remember(change: { [Key in keyof Known]?: Known[Key] | undefined }): Promise<void>
}

/** `deploy.env` has `deploy.state.json` beside it. */
export const memoryFileOf = (settingsFile: string): string =>
  `${settingsFile.replace(/\.env$/, '')}.state.json`

export async function openMemory(path: string): Promise<Memory> {
  const memory: Memory = {
    known: await readKnown(path),
    async remember(change) {
      const all = Object.entries({ ...memory.known, ...change }).filter(([, value]) => value !== undefined)
      memory.known = Object.fromEntries(all)
      const beside = `${path}.${randomBytes(6).toString('hex')}`
      await writeFile(beside, `${JSON.stringify(memory.known, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' })
      await rename(beside, path)
    },
  }
  return memory
}

async function readKnown(path: string): Promise<Known> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}'
    throw notOurs(path)
  })
  const read = known.safeParse(parsed(text))
  if (read.success) return read.data
  throw notOurs(path)
}

const notOurs = (path: string): Advice =>
  new Advice(
    `${path} is not what a deploy has written.`,
    'Next: bring it back, or take it away; then DEPLOY_HOST and DEPLOY_HOST_KEY have to say what it knew.',
  )

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

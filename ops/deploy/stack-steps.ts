import { z } from 'zod'
import {
  buildImages,
  containerIdsOf,
  inspectImage,
  listServices,
  runOnce,
  startServices,
} from '../commands/docker.ts'
import { askDatabase } from '../commands/postgres.ts'
import type { Command, Ran } from '../deeds/run.ts'
import { containerOf, lastWordsOf } from './last-words.ts'
import { type Ground, StepFailed } from './ground.ts'
import { insist, saidBy } from './insist.ts'

export const STORES = ['postgres', 'redis'] as const
export const SLOTS = ['server-a', 'server-b'] as const
export const WORKERS = ['jobs'] as const
/** They end by themselves. */
export const NEVER_STARTED: readonly string[] = ['migrate']

/** How long a container may take until it is well. */
const PATIENCE_SECONDS = 120

/** The image of a commit is built once: what has its label is what it would be. */
export async function buildImage(
  ground: Ground,
  tag: string,
  onLine: (line: string) => void,
): Promise<'built' | 'there'> {
  const found = await ground.run(inspectImage(imageOf(tag)))
  if (found.code === 0 && labelsOf(found)['latchkey.commit'] === tag) return 'there'
  await insist(ground, 'The image cannot be built', buildImages(SLOTS[0]), { onLine })
  return 'built'
}

export const imageOf = (tag: string): string => `latchkey:${tag}`

const inspected = z.looseObject({
  Config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }),
})
function labelsOf({ stdout }: Ran): Record<string, string> {
  const read = inspected.safeParse(parsed(stdout))
  return (read.success && read.data.Config.Labels) || {}
}

/** Which containers they are: others, once they were replaced. */
export async function findContainers(ground: Ground, names: readonly string[]): Promise<string> {
  const said = await insist(ground, 'The containers cannot be listed', containerIdsOf(...names))
  return said.split('\n').filter(Boolean).sort().join(' ')
}

export const startStores = (ground: Ground): Promise<void> => start(ground, STORES)
export const replaceWorkers = (ground: Ground): Promise<void> => start(ground, WORKERS)
/** One after the other: while one goes, the other takes its requests. */
export async function replaceSlots(ground: Ground, told: (slot: string) => void): Promise<void> {
  for (const slot of SLOTS) {
    told(slot)
    await start(ground, [slot])
  }
}

/** Whatever else the stack has on this host: the edge, and what a profile has switched on. */
export async function startTheRest(ground: Ground): Promise<void> {
  const listed = await insist(ground, 'The services cannot be listed', listServices())
  const known: readonly string[] = [...STORES, ...SLOTS, ...WORKERS, ...NEVER_STARTED]
  const rest = listed.split('\n').filter((name) => name && !known.includes(name))
  if (rest.length > 0) await start(ground, rest)
}

async function start(ground: Ground, names: readonly string[]): Promise<void> {
  const ran = await ground.run(startServices(names, PATIENCE_SECONDS))
  if (ran.code === 0) return
  const words = await lastWordsOf(ground, names)
  throw new StepFailed(
    `${names.join(' and ')} did not become healthy${containerOf(words)}.`,
    `${saidBy(ran)}\n${words.text}`,
  )
}

/** Roles, tables, the first administrator and the build's assets: all of it harmless to repeat. */
export const migrate = async (ground: Ground, onLine: (line: string) => void): Promise<Range> =>
  rangeIn(await insist(ground, 'The migration failed', runOnce('migrate'), { onLine }))

/** Of the database as it is, whatever the build brings. */
export async function readLastMigration(ground: Ground): Promise<string | null> {
  const said = await insist(
    ground,
    'The database cannot be asked for its migrations',
    askDatabase('postgres', 'latchkey'),
    { stdin: LAST },
  )
  return said.trim() || null
}
const LAST = 'select max(name) from kysely_migration;\n'

const range = z.strictObject({ head: z.string(), live: z.string().nullable(), oldest: z.string().nullable() })
export type Range = z.infer<typeof range>

/** What the build brings, what the database has, and the oldest build that can live with that. */
export const readRange = async (ground: Ground): Promise<Range> =>
  rangeIn(await insist(ground, 'The database cannot be asked for its migrations', RANGE))
const RANGE: Command = runOnce('migrate', 'node', 'db/src/migrate.ts', 'range')

const rangeIn = (said: string): Range => range.parse(parsed(said.trim().split('\n').at(-1) ?? ''))

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

import { BRAND } from '@latchkey/shared/brand'
import {
  emptyInto,
  isThere,
  listFolder,
  makeFolder,
  moveFolder,
  readFolder,
  removeFolder,
  writeFile,
} from '../commands/files.ts'
import { YOURS } from '../secrets/recipes.ts'
import { makeSecrets } from '../secrets/write-secrets.ts'
import { type Ground, StepFailed } from './ground.ts'
import { insist } from './insist.ts'

const FOLDER = 'secrets'
/** Where the set is written, and what it is called as soon as it is whole. No list shows either. */
const NEXT = 'secrets/.next'
const WHOLE = 'secrets/.whole'

/**
 * The first deploy makes the whole set, and none after it touches one: what has been sealed or hashed with a secret would
 * be lost with it. `given` are the operator's own.
 */
export async function ensureSecrets(
  ground: Ground,
  given: Readonly<Record<string, string>>,
): Promise<'made' | 'there'> {
  await insist(ground, 'The folder of secrets cannot be made', makeFolder(FOLDER))
  const there = (await insist(ground, 'The secrets cannot be listed', listFolder(FOLDER)))
    .split('\n')
    .filter(Boolean)
  const outcome = await ensureSet(ground, there)
  for (const name of YOURS)
    if (given[name] !== undefined || !there.includes(name))
      await writeSecret(ground, `${FOLDER}/${name}`, given[name] ?? '')
  return outcome
}

/** All or none: they belong together. A run that ended before the set was whole has left nothing that anybody used. */
async function ensureSet(ground: Ground, there: readonly string[]): Promise<'made' | 'there'> {
  const made = makeSecrets(ground.processSettings['RATE_LIMIT_REDIS_PREFIX'] ?? `${BRAND.slug}:`)
  const missing = made.filter(([name]) => !there.includes(name))
  if (missing.length === 0) return 'there'
  if (missing.length === made.length) await writeSet(ground, made)
  else await requireRest(ground, missing)
  await insist(ground, 'The secrets cannot be put in their place', emptyInto(WHOLE, FOLDER))
  return 'made'
}

async function writeSet(ground: Ground, made: readonly [name: string, text: string][]): Promise<void> {
  for (const half of [NEXT, WHOLE])
    await insist(ground, 'What an earlier run had begun cannot be removed', removeFolder(half))
  await insist(ground, 'The folder of secrets cannot be made', makeFolder(NEXT))
  for (const [name, text] of made) await writeSecret(ground, `${NEXT}/${name}`, text)
  await insist(ground, 'The secrets cannot be put in their place', moveFolder(NEXT, WHOLE))
}

/** A run may have ended while it put a whole set in its place. */
async function requireRest({ run }: Ground, missing: readonly [name: string, text: string][]): Promise<void> {
  if ((await run(isThere(WHOLE))).code === 0) return
  throw new StepFailed(
    `Some secrets are there and some are not: ${missing.map(([name]) => name).join(', ')}. They belong together, and one made now would not fit the others: bring those back.`,
    '',
  )
}

/** All that are there, so that they can be kept out of whatever is said: programs tell their environment when they fall. */
export async function readSecrets({ run }: Pick<Ground, 'run'>): Promise<string[]> {
  const { stdout } = await run(readFolder(FOLDER))
  const lines = stdout.split('\n').map((line) => line.split('\0'))
  const files = Map.groupBy(lines, ([file]) => file)
  return [...files.values()].map((said) => said.map(([, line = '']) => line).join('\n'))
}

async function writeSecret(ground: Ground, path: string, text: string): Promise<void> {
  ground.hide([text])
  await insist(ground, `The secret ${path} cannot be written`, writeFile(path, '0444'), { stdin: text })
}

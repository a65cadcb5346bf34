import { BRAND } from '@latchkey/shared/brand'
import { listFolder, makeFolder, readFolder, writeFile } from '../commands/files.ts'
import { YOURS } from '../secrets/recipes.ts'
import { makeSecrets } from '../secrets/write-secrets.ts'
import { type Ground, StepFailed } from './ground.ts'
import { insist } from './insist.ts'

const FOLDER = 'secrets'

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
  const prefix = ground.processSettings['RATE_LIMIT_REDIS_PREFIX'] ?? `${BRAND.slug}:`
  const made = makeSecrets(prefix)
  const missing = made.filter(([name]) => !there.includes(name))
  if (missing.length > 0 && missing.length < made.length)
    throw new StepFailed(
      `Some secrets are there and some are not: ${missing.map(([name]) => name).join(', ')}. They belong together, and one made now would not fit the others.`,
      '',
    )
  for (const [name, text] of missing) await writeSecret(ground, name, text)
  for (const name of YOURS)
    if (given[name] !== undefined || !there.includes(name)) await writeSecret(ground, name, given[name] ?? '')
  return missing.length > 0 ? 'made' : 'there'
}

/** All that are there, so that they can be kept out of whatever is said: programs tell their environment when they fall. */
export async function readSecrets({ run }: Pick<Ground, 'run'>): Promise<string[]> {
  const { stdout } = await run(readFolder(FOLDER))
  const lines = stdout.split('\n').map((line) => line.split('\0'))
  const files = Map.groupBy(lines, ([file]) => file)
  return [...files.values()].map((said) => said.map(([, line = '']) => line).join('\n'))
}

async function writeSecret(ground: Ground, name: string, text: string): Promise<void> {
  ground.hide([text])
  await insist(ground, `The secret ${name} cannot be written`, writeFile(`${FOLDER}/${name}`, '0444'), {
    stdin: text,
  })
}

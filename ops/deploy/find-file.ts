import { isMissing, readFileIfThere } from '../commands/files.ts'
import { Unusable } from '../unusable.ts'
import type { Ground } from './ground.ts'

/** What a file on the droplet holds, or that there is none. That it cannot be read is neither. */
export async function findFile({ run }: Pick<Ground, 'run'>, path: string): Promise<string | undefined> {
  const ran = await run(readFileIfThere(path))
  if (ran.code === 0) return ran.stdout
  if (isMissing(ran)) return undefined
  throw new Unusable(
    `${path} on the droplet cannot be read: ${ran.stderr.trim().split('\n').at(-1) || `code ${ran.code}`}`,
    'Next: see that the account that deploys may read it, and run the same again. Nothing was changed.',
  )
}

import { z } from 'zod'
import { listImages, pruneBuilds, removeImages } from '../commands/docker.ts'
import type { Ground } from './ground.ts'
import { forgetKept } from './kept.ts'
import { imageOf } from './stack-steps.ts'
import type { Release } from './releases.ts'
import { TEST_IMAGES } from './suites.ts'

const image = z.looseObject({ Repository: z.string(), Tag: z.string() })

/** A week without a deploy is nothing unusual. */
const BUILDS_KEPT_HOURS = 14 * 24

/** Images of releases that nobody would go back to, and what they ran with. One that is still in use stays: the engine refuses. */
export async function pruneReleases(ground: Ground, kept: readonly Release[]): Promise<void> {
  const old = (await tagsOf(ground, 'latchkey')).filter(
    (tag) => /^[0-9a-f]{12}$/.test(tag) && !kept.some((release) => release.tag === tag),
  )
  for (const tag of old) await ground.run(removeImages(imageOf(tag)))
  // A run that was killed while its tests ran has left theirs.
  for (const tag of await tagsOf(ground, TEST_IMAGES)) await ground.run(removeImages(`${TEST_IMAGES}:${tag}`))
  await ground.run(pruneBuilds(BUILDS_KEPT_HOURS))
  await forgetKept(ground, kept)
}

async function tagsOf({ run }: Ground, repository: string): Promise<string[]> {
  const { stdout } = await run(listImages(repository))
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => image.parse(JSON.parse(line)).Tag)
}

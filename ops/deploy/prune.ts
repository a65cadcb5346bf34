import { z } from 'zod'
import { listImages, pruneBuilds, removeImages } from '../commands/docker.ts'
import type { Ground } from './ground.ts'
import { forgetKept } from './kept.ts'
import { imageOf } from './stack-steps.ts'
import type { Release } from './releases.ts'

const image = z.looseObject({ Repository: z.string(), Tag: z.string() })

/** A week without a deploy is nothing unusual. */
const BUILDS_KEPT_HOURS = 14 * 24

/** Images of releases that nobody would go back to, and what they ran with. One that is still in use stays: the engine refuses. */
export async function pruneReleases(ground: Ground, kept: readonly Release[]): Promise<void> {
  const { stdout } = await ground.run(listImages('latchkey'))
  const tags = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => image.parse(JSON.parse(line)).Tag)
  const old = tags.filter((tag) => /^[0-9a-f]{12}$/.test(tag) && !kept.some((release) => release.tag === tag))
  for (const tag of old) await ground.run(removeImages(imageOf(tag)))
  await ground.run(pruneBuilds(BUILDS_KEPT_HOURS))
  await forgetKept(ground, kept)
}

import { z } from 'zod'
import { listContainers } from '../commands/docker.ts'
import { sleep } from '../local/sleep.ts'
import { type Ground, StepFailed } from './ground.ts'
import { insist } from './insist.ts'
import { lastWordsOf } from './last-words.ts'
import { SLOTS, WORKERS } from './stack-steps.ts'

const LOOK_MS = 2000

const container = z.looseObject({
  Service: z.string(),
  ID: z.string(),
  State: z.string(),
  Health: z.string(),
})
type Container = z.infer<typeof container>

/** What is well for a moment and falls over soon after has not been deployed. */
export async function watch(ground: Ground, seconds: number, told: (line: string) => void): Promise<void> {
  const until = Date.now() + seconds * 1000
  for (;;) {
    const ill = (await readContainers(ground)).find(isIll)
    if (ill) {
      const words = await lastWordsOf(ground, [ill.Service])
      throw new StepFailed(
        `${ill.Service} fell ill after it was healthy (${ill.State}, ${ill.Health || 'no health'}).`,
        words.text,
      )
    }
    if (Date.now() >= until) return
    told(`${Math.ceil((until - Date.now()) / 1000)} s to go`)
    await sleep(LOOK_MS)
  }
}

const OURS: readonly string[] = [...SLOTS, ...WORKERS]
const isIll = ({ Service, State, Health }: Container): boolean =>
  OURS.includes(Service) && (State !== 'running' || Health !== 'healthy')

/** One JSON a line; older versions of compose print one list. */
async function readContainers(ground: Ground): Promise<Container[]> {
  const said = (await insist(ground, 'The containers cannot be listed', listContainers())).trim()
  const texts = said.startsWith('[') ? [said] : said.split('\n').filter(Boolean)
  return texts.flatMap((text) => z.union([z.array(container), container]).parse(JSON.parse(text)))
}

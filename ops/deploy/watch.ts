import { z } from 'zod'
import { listContainers, listServices } from '../commands/docker.ts'
import { sleep } from '../local/sleep.ts'
import type { Site } from '../probes/site.ts'
import { type Ground, StepFailed } from './ground.ts'
import { insist } from './insist.ts'
import { containerOf, lastWordsOf } from './last-words.ts'
import { NEVER_STARTED, SLOTS, WORKERS } from './stack-steps.ts'

const LOOK_MS = 2000
/** One question may get lost on its way; so many in a row do not. */
const BAD_MOST = 3

const container = z.looseObject({
  Service: z.string(),
  ID: z.string(),
  State: z.string(),
  Health: z.string(),
})
type Container = z.infer<typeof container>

/** `isWell` asks the product as people reach it. */
export type Watching = {
  seconds: number
  isWell(): Promise<{ ok: boolean; because: string }>
  lookMs?: number
}

/** What is well for a moment and falls over soon after has not been deployed. */
export async function watch(
  ground: Ground,
  { seconds, isWell, lookMs = LOOK_MS }: Watching,
  told: (line: string) => void,
): Promise<void> {
  const until = Date.now() + seconds * 1000
  const expected = await listExpected(ground)
  let bad = 0
  let wasGood = false
  for (;;) {
    await requireWell(ground, expected)
    const { ok, because } = await isWell()
    wasGood ||= ok
    bad = ok ? 0 : bad + 1
    // Before the edge has its first certificate it answers nobody; whether it ever does, the questions ask.
    if (wasGood && bad >= BAD_MOST) throw await silent(ground, because)
    if (Date.now() >= until) return
    told(`${Math.ceil((until - Date.now()) / 1000)} s to go${ok ? '' : `; ${because}`}`)
    await sleep(lookMs)
  }
}

/** Through the edge, as people reach it. */
export async function isWell(site: Site): Promise<{ ok: boolean; because: string }> {
  const answer = await site
    .apart()
    .ask('/api/health')
    .catch((error: unknown) => String(error))
  if (typeof answer === 'string') return { ok: false, because: answer }
  return { ok: answer.status === 200, because: `/api/health answered ${answer.status}` }
}

/** Whatever compose is to keep running here, the edge and the stores as well. */
async function listExpected(ground: Ground): Promise<string[]> {
  const listed = await insist(ground, 'The services cannot be listed', listServices())
  return listed.split('\n').filter((name) => name && !NEVER_STARTED.includes(name))
}

async function requireWell(ground: Ground, expected: readonly string[]): Promise<void> {
  const there = await readContainers(ground)
  const gone = expected.find((name) => !there.some(({ Service }) => Service === name))
  if (gone !== undefined) throw new StepFailed(`${gone} is gone after it was started.`, '')
  const ill = there.find((one) => expected.includes(one.Service) && isIll(one))
  if (!ill) return
  const words = await lastWordsOf(ground, [ill.Service])
  throw new StepFailed(
    `${ill.Service} fell ill after it was healthy (${ill.State}, ${ill.Health || 'no health'})${containerOf(words)}.`,
    words.text,
  )
}

async function silent(ground: Ground, because: string): Promise<StepFailed> {
  const words = await lastWordsOf(ground, SLOTS)
  return new StepFailed(`The product fell silent after it was good: ${because}.`, words.text)
}

/** Of ours each has a health check, and one without its answer is not well. */
const OURS: readonly string[] = [...SLOTS, ...WORKERS]
const isIll = ({ Service, State, Health }: Container): boolean =>
  State !== 'running' || (Health !== 'healthy' && (Health !== '' || OURS.includes(Service)))

/** One JSON a line; older versions of compose print one list. */
async function readContainers(ground: Ground): Promise<Container[]> {
  const said = (await insist(ground, 'The containers cannot be listed', listContainers())).trim()
  const texts = said.startsWith('[') ? [said] : said.split('\n').filter(Boolean)
  return texts.flatMap((text) => z.union([z.array(container), container]).parse(JSON.parse(text)))
}

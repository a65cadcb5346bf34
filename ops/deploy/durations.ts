import type { Report } from '../report/schema.ts'
import type { Memory } from './memory.ts'
import type { Place } from './place.ts'
import type { StepDone } from './progress.ts'
import type { Updated } from './update.ts'

/** As long as somebody wants them to be, and no work of a deploy. */
const CHOSEN: readonly string[] = ['watch', 'tests']

/** R33: what this one took, without what the cloud took, beside what the last one of the other kind did. */
export async function durationsOf(
  memory: Memory,
  { address, mode, waitedMs }: Place,
  { tookMs, steps }: { tookMs: number; steps: readonly StepDone[] },
  { failure, previous }: Pick<Updated, 'failure' | 'previous'>,
): Promise<Omit<Report['durations'], 'totalMs'>> {
  const chosen = steps.filter(({ name }) => CHOSEN.includes(name)).reduce((all, one) => all + one.seconds, 0)
  const ms = Math.round(tookMs - waitedMs - chosen * 1000)
  // Where something ran before, `--full` has made nothing, and its figure would be that of an update.
  const isWhole = mode === 'full' && previous === undefined
  if (failure === undefined && mode !== 'rollback')
    await memory.remember({
      address,
      ...(isWhole && { fullMs: ms }),
      ...(mode === 'update-only' && { updateOnlyMs: ms }),
    })
  const { fullMs, updateOnlyMs } = memory.known
  const savedPercent = fullMs && updateOnlyMs ? Math.round((1 - updateOnlyMs / fullMs) * 100) : null
  return { fullMs: fullMs ?? null, updateOnlyMs: updateOnlyMs ?? null, savedPercent }
}

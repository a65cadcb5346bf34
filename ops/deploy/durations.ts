import type { Report } from '../report/schema.ts'
import type { Memory } from './memory.ts'
import type { Place } from './place.ts'
import type { Updated } from './update.ts'

/** R33: what this one took, without what the cloud took, beside what the last one of the other kind did. */
export async function durationsOf(
  memory: Memory,
  { address, mode, waitedMs }: Place,
  tookMs: number,
  { failure }: Updated,
): Promise<Omit<Report['durations'], 'totalMs'>> {
  const ms = tookMs - waitedMs
  if (failure === undefined && mode !== 'rollback')
    await memory.remember({ address, ...(mode === 'full' ? { fullMs: ms } : { updateOnlyMs: ms }) })
  const { fullMs, updateOnlyMs } = memory.known
  const savedPercent = fullMs && updateOnlyMs ? Math.round((1 - updateOnlyMs / fullMs) * 100) : null
  return { fullMs: fullMs ?? null, updateOnlyMs: updateOnlyMs ?? null, savedPercent }
}

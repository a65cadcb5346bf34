import { followLogs } from '../commands/docker.ts'
import type { Run } from '../deeds/run.ts'
import { Advice } from '../launch/advice.mjs'

export type LogsWish = { services: readonly string[]; lines: number; place: string }
export type Reader = { tell(line: string): void; enough: AbortSignal }

/** Enough to say why it ended. */
const KEPT = 4000

/** Until whoever reads has enough, which also ends what was begun on the droplet. */
export async function follow(
  run: Run,
  { services, lines, place }: LogsWish,
  { tell, enough }: Reader,
): Promise<void> {
  const { code, stderr } = await run(followLogs(services, lines), {
    cwd: place,
    signal: enough,
    onLine: (line) => !enough.aborted && tell(line),
    keeps: KEPT,
  })
  if (enough.aborted || code === 0) return
  const [why = `code ${code}`] = stderr.trim().split('\n').slice(-1)
  throw new Advice(
    `The logs cannot be followed any more: ${why}`,
    'Next: is something deployed there? npm run doctor; a service is called as in compose.yaml.',
  )
}

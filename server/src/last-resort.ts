import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'

type Going = { log: Logger; stop(): Promise<void>; exit(code: number): void }

/** What is under way may finish, but nothing holds up the end of a process that nobody understands any more. */
const PATIENCE_MS = 3000

/** For what nobody caught: say it once, let requests finish for a moment, and end. */
export function lastResort({ log, stop, exit }: Going): (thrown: unknown) => void {
  let isEnding = false
  return (thrown) => {
    log.fatal({ err: thrown }, 'nobody caught this; the server ends')
    if (isEnding) return
    isEnding = true
    void Promise.race([stop(), sleep(PATIENCE_MS)])
      .catch(() => {})
      .finally(() => exit(1))
  }
}

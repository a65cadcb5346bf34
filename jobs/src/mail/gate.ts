import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'

/**
 * Whether there is a mail server to give letters to. While there is none, nothing is taken from the queue: letters keep
 * their order, and none is tried for nothing. One asks for all, and opens when somebody answers.
 */
export type Gate = {
  isOpen(): boolean
  /** After a failure that could be the server's: asks it. Says whether it is there, and closes when it is not. */
  check(): Promise<boolean>
  /** One who wants to know. `opened` is called at once. */
  watch(watcher: Watcher): Promise<void>
  stop(): void
}
type Watcher = { opened(): Promise<void>; closed(): Promise<void> }
type Options = { askServer: () => Promise<unknown> | undefined; log: Logger }

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 8000

/** Up to a quarter more or less, so that several workers do not ask as one. */
export const pauseOf = (nth: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** nth, LONGEST_PAUSE_MS) * (0.75 + Math.random() / 2)

export function openGate({ askServer, log }: Options): Gate {
  const stopping = new AbortController()
  let isOpen = true
  let watcher: Watcher | undefined
  let asking: Promise<unknown> | undefined
  return { isOpen: () => isOpen, check, watch, stop: () => stopping.abort() }

  async function watch(one: Watcher): Promise<void> {
    watcher = one
    if (await check()) await one.opened()
  }

  async function check(): Promise<boolean> {
    if (!isOpen) return false
    const wrong = await (asking ??= Promise.resolve(askServer()).finally(() => (asking = undefined)))
    if (wrong === undefined) return isOpen
    if (isOpen) void stayClosed(wrong).catch(unlessStopping)
    return false
  }

  async function stayClosed(wrong: unknown): Promise<void> {
    isOpen = false
    log.warn({ err: wrong }, 'the mail server is away: letters wait')
    await watcher?.closed()
    for (let nth = 0; ; nth += 1) {
      await sleep(pauseOf(nth), undefined, { signal: stopping.signal })
      if ((await askServer()) === undefined) break
    }
    stopping.signal.throwIfAborted()
    isOpen = true
    log.info('the mail server is there again')
    await watcher?.opened()
  }

  function unlessStopping(error: unknown): void {
    if (!stopping.signal.aborted) throw error
  }
}

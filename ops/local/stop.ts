import { setInterval } from 'node:timers'

/** A stop that was asked for is no failure. */
export class Stopped extends Error {}

const HURRY_AFTER_MS = 1000

/**
 * Aborts when somebody wants an end: Ctrl-C, a signal, a closed terminal, or whoever started us being gone.
 * At a terminal one Ctrl-C may arrive twice (from it, and through npm); a later one means: at once.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController()
  let askedAt: number | undefined
  const ask = (signal: string) => {
    if (askedAt !== undefined && signal === 'SIGINT' && Date.now() - askedAt > HURRY_AFTER_MS)
      process.exit(130)
    askedAt ??= Date.now()
    controller.abort(new Stopped(signal))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask)
  whenParentIsGone(() => ask('orphaned'))
  return controller.signal
}

function whenParentIsGone(tell: () => void): void {
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && tell(), 250).unref()
}

/** Resolves when a stop is asked for. */
export function stopped(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve()
  return new Promise((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }))
}

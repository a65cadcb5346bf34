import { BRAND } from '@latchkey/shared/brand'
import { problemOf } from './api-error.ts'
import { noteRenewal, renewedAt } from './renewed-at.ts'

/** What a copied token is worth at most, for as long as somebody is at it here. */
const EVERY_MS = 15 * 60_000
/** After an answer that did not come. Longer than any request lives, so one attempt never meets the next. */
const AGAIN_MS = 60_000
/** How long a question waits for a renewal. Longer, and the person would notice. */
const WAIT_MOST_MS = 2_000

const ACTIVITY = ['pointerdown', 'pointermove', 'keydown', 'scroll', 'visibilitychange']

let underWay: Promise<void> | undefined

/**
 * Renews the session's token while somebody is at it. What they do is the only clock: an idle or hidden tab asks
 * nothing, and no timer is late after sleep. The tabs of a browser share one token, and so one renewal.
 */
export function keepFresh(refresh: () => Promise<unknown>): () => void {
  const gone = new AbortController()
  const { signal } = gone
  let triedAt = -Infinity
  let pause = 0

  const isDue = () =>
    !signal.aborted &&
    document.visibilityState === 'visible' &&
    isPast(triedAt, pause) &&
    isPast(renewedAt(), EVERY_MS)

  // That a session is over is heard where every answer is heard. Whatever else went wrong has time.
  async function renew(): Promise<void> {
    if (!isDue()) return
    triedAt = Date.now()
    pause = AGAIN_MS
    try {
      await refresh()
      if (!signal.aborted) noteRenewal()
    } catch (thrown) {
      pause = pauseAfter(thrown)
    }
  }

  function onActivity(): void {
    if (underWay || !isDue()) return
    underWay = unlessBusy(renew).finally(() => (underWay = undefined))
  }

  function onLine(): void {
    pause = 0
    onActivity()
  }

  for (const kind of ACTIVITY)
    document.addEventListener(kind, onActivity, { capture: true, passive: true, signal })
  addEventListener('online', onLine, { signal })
  // To open a page is to be at it.
  onActivity()

  return () => gone.abort()
}

/**
 * What is asked while a renewal is under way waits for it: after a long sleep the line is slow, and a question that
 * arrives late with the old token would look like a stolen one.
 */
export const afterRenewal = (): Promise<void> | undefined =>
  underWay && Promise.race([underWay, new Promise<void>((resolve) => setTimeout(resolve, WAIT_MOST_MS))])

/** As long as the server asks for, and a little more: not every browser comes back in the same second. */
const pauseAfter = (thrown: unknown): number =>
  Math.max(AGAIN_MS, problemOf(thrown).retryAfterSeconds * 1000) * (1 + Math.random() / 2)

/** In either direction: a clock that was set back must not put off the next renewal. */
const isPast = (since: number, wait: number): boolean => Math.abs(Date.now() - since) >= wait

const TURN = `${BRAND.slug}:session-cookie`

/** Whoever is given a new session cookie waits for whoever is being given one, in whichever tab. */
export const inTurn = <T>(act: () => Promise<T>): Promise<T> =>
  hasLocks() ? navigator.locks.request(TURN, act) : act()

const unlessBusy = (act: () => Promise<void>): Promise<void> =>
  hasLocks()
    ? navigator.locks.request(TURN, { ifAvailable: true }, (lock) => (lock ? act() : undefined))
    : act()

/** Browsers keep them from pages that came without TLS from another machine. */
const hasLocks = (): boolean => 'locks' in navigator

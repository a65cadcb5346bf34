import { BRAND } from '@latchkey/shared/brand'

/** What a copied token is worth at most, for as long as somebody is at it here. */
const EVERY_MS = 15 * 60_000
/** After an answer that did not come. Longer than any request lives, so one attempt never meets the next. */
const AGAIN_MS = 60_000

const ACTIVITY = ['pointerdown', 'pointermove', 'keydown', 'scroll', 'visibilitychange']

/**
 * Renews the session's token while somebody is at it. What they do is the only clock: an idle or hidden tab asks
 * nothing, and no timer is late after sleep. The tabs of a browser share one token, and so one renewal.
 */
export function keepFresh(refresh: () => Promise<unknown>): () => void {
  const gone = new AbortController()
  const channel = new BroadcastChannel(`${BRAND.slug}:refresh`)
  let freshAt = Date.now()
  let triedAt = -Infinity

  const isDue = () => document.visibilityState === 'visible' && isPast(freshAt, EVERY_MS)

  async function renew(): Promise<void> {
    if (!isDue() || !isPast(triedAt, AGAIN_MS)) return
    triedAt = Date.now()
    await unlessBusy(async () => {
      if (!isDue() || gone.signal.aborted) return
      await refresh()
      if (gone.signal.aborted) return
      freshAt = Date.now()
      channel.postMessage(freshAt)
    })
  }

  // What failed is due again. That a session is over is heard where every answer is heard.
  const onActivity = () => void renew().catch(() => undefined)
  for (const kind of ACTIVITY)
    document.addEventListener(kind, onActivity, { capture: true, passive: true, signal: gone.signal })
  channel.addEventListener('message', ({ data }: MessageEvent<number>) => (freshAt = data))

  return () => {
    gone.abort()
    channel.close()
  }
}

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

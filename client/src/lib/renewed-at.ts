import { BRAND } from '@latchkey/shared/brand'

/**
 * When the session's token was last renewed: a bare number, and all that is ever kept in this browser's storage. Every
 * tab and the next page load read it there, so that many short visits are renewed as one long one is.
 */
const KEY = `${BRAND.slug}:renewed-at`

/** For a browser that keeps nothing: as long as the page lives. */
let remembered: number | undefined

/** Where nothing is known of a renewal, its time begins now. */
export function renewedAt(): number {
  const known = Number(attempt(() => localStorage.getItem(KEY))) || remembered
  return known ?? noteRenewal()
}

export function noteRenewal(): number {
  const now = Date.now()
  remembered = now
  attempt(() => localStorage.setItem(KEY, String(now)))
  return now
}

export function forgetRenewal(): void {
  remembered = undefined
  attempt(() => localStorage.removeItem(KEY))
}

/** Storage may be switched off or full, which is not worth a word. */
function attempt<T>(use: () => T): T | undefined {
  try {
    return use()
  } catch {
    return undefined
  }
}

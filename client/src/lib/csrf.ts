import { cookieName } from '@latchkey/shared/brand'

/** How the server begins the cookie that belongs to a signed-in session. A hint, never a proof. */
const SIGNED_IN = 's.'

/**
 * The CSRF token for the next write. The cookie is read each time, because another tab may have signed in or out;
 * without one, a single request fetches it however many writes are waiting.
 */
export function createCsrf(fetchToken: () => Promise<string>) {
  let fetching: Promise<string> | undefined
  let refused = false

  return {
    token(): string | Promise<string> {
      const cookie = readCsrfCookie()
      if (cookie !== undefined && !refused) return cookie
      fetching ??= fetchToken().finally(() => {
        fetching = undefined
        refused = false
      })
      return fetching
    },
    /** The server did not accept the token, so the next one is fetched even if a cookie is there. */
    refuse(): void {
      refused = true
    },
  }
}

/** Lets a visitor's page load pass without asking the server who they are. */
export const hintsAtSession = (): boolean => readCsrfCookie()?.startsWith(SIGNED_IN) ?? false

/** After a 401 the hint is stale: without the cookie, the next page load does not ask again. */
export function forgetCsrfCookie(): void {
  for (const secure of [true, false]) {
    document.cookie = `${cookieName('csrf', secure)}=; Path=/; Max-Age=0${secure ? '; Secure' : ''}; SameSite=Lax`
  }
}

function readCsrfCookie(): string | undefined {
  const cookies = new Map(document.cookie.split('; ').map((pair) => splitAtFirst(pair, '=')))
  const host = cookies.get(cookieName('csrf', true))
  // A name without the __Host- prefix may have been planted by a sibling domain.
  const value = host ?? (location.protocol === 'https:' ? undefined : cookies.get(cookieName('csrf', false)))
  return value || undefined
}

function splitAtFirst(pair: string, separator: string): [string, string] {
  const at = pair.indexOf(separator)
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
}

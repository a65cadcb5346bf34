import { randomBytes, timingSafeEqual } from 'node:crypto'
import { stringifySetCookie } from 'cookie'
import type { Request, Response } from 'express'
import { isSignature, type Keys, signatureOf, signingKeysOf } from '@latchkey/db/keyed-hash'
import { cookieName } from '@latchkey/shared/brand'
import type { Env } from '@latchkey/shared/env'
import { cookiesOf } from './read-cookies.ts'
import { ownOrigins } from './hosts.ts'

/**
 * The CSRF cookie's only room. The edge observes where a write came from and what token it shows; the
 * procedure judges (decision record 0005). A token is bound to the session's family (`s.`), or before
 * sign-in to the random id inside itself (`a.`): `<kind>.<random>.<hmac>`.
 */
export type Csrf = {
  /** `family` is the signed-in session's, or null. */
  holds(family: string | null): boolean
  /** The token that the cookie holds already when it is good, else a new one in a new cookie. */
  token(family: string | null): string
  /** At sign-in and sign-out the old one ends. */
  renew(family: string | null, maxAgeSeconds?: number): void
  clear(): void
}

type CsrfEnv = Pick<
  Env,
  | 'ENV'
  | 'PUBLIC_URL'
  | 'TRUSTED_ORIGINS'
  | 'ALLOWED_HOSTS'
  | 'SERVER_PORT'
  | 'SESSION_SECRET'
  | 'SESSION_SECRET_PREVIOUS'
  | 'COOKIE_SECURE'
  | 'COOKIE_SAMESITE'
  | 'SESSION_ABSOLUTE_SECONDS'
>

export function csrfKeeper(env: CsrfEnv): (req: Request, res: Response) => Csrf {
  const origins = ownOrigins(env)
  const name = cookieName('csrf', env.COOKIE_SECURE)
  const keys = signingKeysOf(env)

  const signed = (kind: string, random: string, family: string | null): string =>
    `csrf:${kind}:${random}:${family ?? ''}`

  function mint(family: string | null): string {
    const kind = family ? 's' : 'a'
    const random = randomBytes(18).toString('base64url')
    return `${kind}.${random}.${signatureOf(keys, signed(kind, random, family))}`
  }

  function isGood(token: string | undefined, family: string | null, under: Keys = keys): token is string {
    const [kind, random, mac, ...rest] = (token ?? '').split('.')
    if (!kind || !random || !mac || rest.length > 0 || kind !== (family ? 's' : 'a')) return false
    return isSignature(under, signed(kind, random, family), mac)
  }

  function write(res: Response, value: string, maxAge: number): void {
    const flags = { path: '/', sameSite: env.COOKIE_SAMESITE, secure: env.COOKIE_SECURE }
    res.append('Set-Cookie', stringifySetCookie({ ...flags, name, value, maxAge }))
  }

  return (req, res) => ({
    holds(family) {
      const shown = req.headers['x-csrf-token']
      const held = cookiesOf(req)[name]
      return (
        cameFromUs(req, origins) && typeof shown === 'string' && isGood(held, family) && equal(shown, held)
      )
    },
    token(family) {
      const held = cookiesOf(req)[name]
      // One of the key before is replaced while both are good.
      if (isGood(held, family, [keys[0]])) return held
      const token = mint(family)
      write(res, token, env.SESSION_ABSOLUTE_SECONDS)
      return token
    },
    renew: (family, maxAgeSeconds = env.SESSION_ABSOLUTE_SECONDS) => write(res, mint(family), maxAgeSeconds),
    clear: () => write(res, '', 0),
  })
}

/** What browsers say of themselves, strongest first; a program says nothing and stands on the token pair alone. */
function cameFromUs(req: Request, origins: ReadonlySet<string>): boolean {
  const site = req.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const { origin } = req.headers
  return origin === undefined || origins.has(origin)
}

function equal(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

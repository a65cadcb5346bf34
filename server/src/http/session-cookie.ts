import { stringifySetCookie } from 'cookie'
import type { Request, Response } from 'express'
import type { Db } from '@latchkey/db/database'
import { cookieName } from '@latchkey/shared/brand'
import type { Env } from '@latchkey/shared/env'
import {
  type Auth,
  type ClientSeen,
  type Issued,
  NOBODY,
  type SessionEnv,
  type Suspicion,
  validateSession,
} from '../sessions/sessions.ts'
import { cookiesOf } from './read-cookies.ts'

type CookieEnv = Pick<Env, 'COOKIE_SECURE' | 'COOKIE_SAMESITE'>

/** The session cookie's only room. Whatever SameSite is, the CSRF check stands: `lax` lets top-level GETs through. */
const FLAGS = { httpOnly: true, path: '/' } as const

/** Looked up once, and only when somebody asks: health and sign-in pages cost no query. */
export function observeSession(
  req: Request,
  { env, db, client }: { env: CookieEnv & SessionEnv; db: Db; client: ClientSeen },
  onSuspicion: (suspicion: Suspicion) => Promise<void>,
): () => Promise<Auth> {
  let auth: Promise<Auth> | undefined
  return () => (auth ??= look())

  async function look(): Promise<Auth> {
    const token = cookiesOf(req)[cookieName('session', env.COOKIE_SECURE)]
    const seen = await validateSession(db, token, { env, client })
    if (!('suspect' in seen)) return seen
    await onSuspicion(seen)
    return NOBODY
  }
}

export function writeSessionCookie(env: CookieEnv, res: Response, issued: Issued | null): void {
  const cookie = {
    ...FLAGS,
    sameSite: env.COOKIE_SAMESITE,
    name: cookieName('session', env.COOKIE_SECURE),
    secure: env.COOKIE_SECURE,
    value: issued?.token ?? '',
    maxAge: issued?.maxAgeSeconds ?? 0,
  }
  res.append('Set-Cookie', stringifySetCookie(cookie))
}

import { hash, randomBytes } from 'node:crypto'
import { stringifySetCookie } from 'cookie'
import type { Request, Response } from 'express'
import { isSignature, signatureOf, signingKeysOf } from '@latchkey/db/keyed-hash'
import { cookieName } from '@latchkey/shared/brand'
import type { Env } from '@latchkey/shared/env'
import { cookiesOf } from './read-cookies.ts'

/**
 * The device cookie's only room: a signed random name that outlives sessions. Which accounts it has signed in to
 * stands in the table, so a stolen one opens nothing and knows nothing.
 */
export type Device = {
  /** What is looked up and counted; undefined where there is no cookie, or one that we did not sign. */
  readonly hash: Buffer | undefined
  /** Gives this browser a name if it has none, and says its hash. */
  remember(): Buffer
}

type DeviceEnv = Pick<Env, 'SESSION_SECRET' | 'SESSION_SECRET_PREVIOUS' | 'COOKIE_SECURE' | 'COOKIE_SAMESITE'>

/** As long as browsers keep anything. */
const MAX_AGE_SECONDS = 400 * 86_400

export function deviceKeeper(env: DeviceEnv): (req: Request, res: Response) => Device {
  const name = cookieName('device', env.COOKIE_SECURE)
  const keys = signingKeysOf(env)

  function readId(req: Request): string | undefined {
    const [id, mac, ...rest] = (cookiesOf(req)[name] ?? '').split('.')
    if (!id || !mac || rest.length > 0) return undefined
    return isSignature(keys, `device:${id}`, mac) ? id : undefined
  }

  return (req, res) => ({
    get hash() {
      const known = readId(req)
      return known === undefined ? undefined : hashOf(known)
    },
    remember() {
      const id = readId(req) ?? randomBytes(24).toString('base64url')
      const value = `${id}.${signatureOf(keys, `device:${id}`)}`
      const flags = { httpOnly: true, sameSite: env.COOKIE_SAMESITE, path: '/', secure: env.COOKIE_SECURE }
      res.append('Set-Cookie', stringifySetCookie({ ...flags, name, value, maxAge: MAX_AGE_SECONDS }))
      return hashOf(id)
    },
  })
}

const hashOf = (id: string): Buffer => hash('sha256', id, 'buffer')

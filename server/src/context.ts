import type { Request, Response } from 'express'
import type { Logger } from 'pino'
import type { Me } from '@latchkey/shared/schemas/user'
import { clientAddressOf } from './http/client-address.ts'
import { csrfKeeper, type Csrf } from './http/csrf.ts'
import { deviceKeeper, type Device } from './http/device-cookie.ts'
import { observeSession, writeSessionCookie } from './http/session-cookie.ts'
import type { Deps } from './deps.ts'
import { answerSuspicion } from './sessions/answer-suspicion.ts'
import type { Auth, Issued, Session } from './sessions/sessions.ts'

/** What an act may use. Tests build one from plain values (`test/context.ts`). */
export type Ctx = Pick<
  Deps,
  | 'env'
  | 'db'
  | 'boss'
  | 'box'
  | 'passwords'
  | 'passwordBook'
  | 'guesses'
  | 'calls'
  | 'captcha'
  | 'bursts'
  | 'metrics'
  | 'redis'
> & {
  log: Logger
  requestId: string
  ip: string | null
  userAgent: string | null
  auth(): Promise<Auth>
  csrf: Pick<Csrf, 'holds' | 'token'>
  device: Device
  /** Signs this browser in or out: the session's cookie and, with it, a new CSRF token. */
  setSession(issued: Issued | null): void
  /** The same sign-in under its next token: the CSRF token stays. */
  keepSession(issued: Issued): void
}

export type SignedIn = Ctx & { user: Me; session: Session }

export type MakeContext = (req: Request, res: Response) => Ctx

/** Long user agents are padding or an attack; either way they need no more room than this. */
const USER_AGENT_MOST = 400

export function contextMaker(deps: Deps): MakeContext {
  const { env, db, boss, box } = deps
  const csrfOf = csrfKeeper(env)
  const deviceOf = deviceKeeper(env)
  const addressOf = clientAddressOf(env)
  return (req, res) => {
    const csrf = csrfOf(req, res)
    const origin = {
      requestId: req.id,
      ip: addressOf(req),
      userAgent: req.headers['user-agent']?.slice(0, USER_AGENT_MOST) ?? null,
    }
    return {
      ...deps,
      csrf,
      device: deviceOf(req, res),
      ...origin,
      auth: observeSession(req, { env, db, client: origin }, (suspicion) =>
        answerSuspicion({ db, box, boss, ...origin }, suspicion),
      ),
      keepSession: (issued) => writeSessionCookie(env, res, issued),
      setSession(issued) {
        writeSessionCookie(env, res, issued)
        if (issued) return csrf.renew(issued.familyId, issued.maxAgeSeconds)
        csrf.clear()
        // What was shown while signed in must not come back with the back button.
        res.setHeader('Clear-Site-Data', '"cache"')
      },
    }
  }
}

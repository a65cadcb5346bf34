import type { Env } from '@latchkey/shared/env'
import type { CaptchaAct } from '@latchkey/shared/schemas/auth'
import type { Logger } from 'pino'
import { z } from 'zod'

/** Who is asked whether a browser is a person's. Only where their keys are set, and only about those who were suspect twice. */
export type Turnstile = {
  judge(token: string, asked: { act: CaptchaAct; holder: string }): Promise<Verdict>
  /** Whether they cannot be reached. What was seen within the last minute is believed. */
  isAway(): Promise<boolean>
}
export type Verdict = 'person' | 'foreign' | 'expired' | 'wrong' | 'unverified'

type Keys = Pick<Env, 'TURNSTILE_SITE_KEY' | 'TURNSTILE_SECRET_KEY' | 'TURNSTILE_URL' | 'PUBLIC_URL'>

const PATIENCE_MS = 5000
const BELIEVED_MS = 60_000
/** A token is good for so long; whoever's clock runs ahead is let be so by a minute. */
const LASTS_MS = 5 * 60_000
const AHEAD_MS = 60_000
/** More at once are robots', or nobody answers; either way the rest need not wait for it. */
const AT_ONCE_MOST = 50

const said = z.object({
  success: z.boolean(),
  hostname: z.string().optional(),
  action: z.string().optional(),
  cdata: z.string().optional(),
  challenge_ts: z.iso.datetime({ offset: true }).optional(),
  'error-codes': z.array(z.string()).default([]),
})
type Said = z.output<typeof said>

export function openTurnstile(env: Keys, log: Logger): Turnstile | undefined {
  const { TURNSTILE_SITE_KEY, TURNSTILE_SECRET_KEY, TURNSTILE_URL, PUBLIC_URL } = env
  if (!TURNSTILE_SITE_KEY || !TURNSTILE_SECRET_KEY) return undefined
  const secret = TURNSTILE_SECRET_KEY.reveal()
  const { hostname } = new URL(PUBLIC_URL)
  let seen = { isAway: false, at: -Infinity }
  let probe: Promise<boolean> | undefined
  let underWay = 0

  async function ask(response: string): Promise<Said | undefined> {
    if (underWay >= AT_ONCE_MOST) return undefined
    underWay += 1
    try {
      const answer = await fetch(`${TURNSTILE_URL}/turnstile/v0/siteverify`, {
        method: 'POST',
        body: new URLSearchParams({ secret, response }),
        redirect: 'error',
        signal: AbortSignal.timeout(PATIENCE_MS),
      })
      const verdict = said.parse(await answer.json())
      const ours = verdict['error-codes'].find((code) => OUR_FAULTS.has(code))
      if (ours) throw new Error(`it says ${ours}`)
      seen = { isAway: false, at: Date.now() }
      return verdict
    } catch (error) {
      log.warn({ err: error }, 'Turnstile cannot be asked; a login may do with the proof of work meanwhile')
      seen = { isAway: true, at: Date.now() }
      return undefined
    } finally {
      underWay -= 1
    }
  }

  return {
    async judge(token, { act, holder }) {
      const verdict = await ask(token)
      if (!verdict) return 'unverified'
      if (!verdict.success)
        return verdict['error-codes'].includes('timeout-or-duplicate') ? 'expired' : 'wrong'
      if (verdict.hostname !== hostname || verdict.action !== act || verdict.cdata !== holder)
        return 'foreign'
      return isFresh(verdict.challenge_ts) ? 'person' : 'expired'
    },
    async isAway() {
      if (Date.now() - seen.at < BELIEVED_MS) return seen.isAway
      // What is no token is answered with a no, by whoever answers at all.
      probe ??= ask('is-anybody-there').then((verdict) => !verdict)
      return probe.finally(() => (probe = undefined))
    },
  }
}

/** They answer, and cannot say anything of anybody: as good as away. */
const OUR_FAULTS = new Set(['missing-input-secret', 'invalid-input-secret', 'internal-error'])

function isFresh(solvedAt: string | undefined): boolean {
  const age = Date.now() - Date.parse(solvedAt ?? '')
  return age <= LASTS_MS && age >= -AHEAD_MS
}

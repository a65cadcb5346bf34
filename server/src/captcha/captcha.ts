import { hash } from 'node:crypto'
import { askForWork, checkWork } from '@latchkey/shared/proof-of-work'
import type { Env } from '@latchkey/shared/env'
import type { CaptchaAct, CaptchaQuestion } from '@latchkey/shared/schemas/auth'
import { inAll, type Store } from '../counting/counters.ts'
import type { Rung } from '../limits.ts'
import type { Turnstile } from './turnstile.ts'

/** Whether somebody has shown that they are no robot. Who has to, and when, is on the page of limits. */
export type Captcha = {
  /** Questions that this browser may answer once, for this act, within five minutes: one for each rung there is. */
  ask(act: CaptchaAct, holder: string): Promise<CaptchaQuestion>
  /** Spends the answer, and says which rung it reaches. Without one, or with one that is not good, why it proves nothing. */
  judge(answer: string | undefined, act: CaptchaAct, holder: string): Promise<Proof>
  /** Whether nobody can reach the upper rung now, whoever they are. */
  isPersonAway(): Promise<boolean>
}
export type Proof =
  Rung | 'missing' | 'malformed' | 'foreign' | 'expired' | 'wrong' | 'replayed' | 'unverified'

const SECONDS = 5 * 60

type CaptchaEnv = Pick<Env, 'SESSION_SECRET' | 'TURNSTILE_SITE_KEY' | 'TURNSTILE_URL'>

export function openCaptcha(env: CaptchaEnv, stores: Store[], turnstile: Turnstile | undefined): Captcha {
  const { TURNSTILE_SITE_KEY: siteKey, TURNSTILE_URL: url } = env
  const secret = `captcha:${env.SESSION_SECRET.reveal()}`
  const purposeOf = (act: CaptchaAct, holder: string) => ({
    act,
    holder: hash('sha256', holder, 'base64url'),
  })

  return {
    async ask(act, holder) {
      const purpose = purposeOf(act, holder)
      const challenge = await askForWork(purpose, { secret, seconds: SECONDS })
      return {
        challenge,
        turnstile: turnstile && siteKey ? { siteKey, url, action: act, data: purpose.holder } : null,
      }
    },
    async judge(answer, act, holder) {
      if (answer === undefined) return 'missing'
      const purpose = purposeOf(act, holder)
      const checked = await checkWork(answer, purpose, { secret })
      if ('id' in checked) return spentAs('work', checked.id)
      // What is no answer to our question may be one to theirs.
      if (checked.refused !== 'malformed' || !turnstile) return checked.refused
      const verdict = await turnstile.judge(answer, purpose)
      return verdict === 'person' ? spentAs('person', hash('sha256', answer, 'base64url')) : verdict
    },
    isPersonAway: async () => turnstile !== undefined && (await turnstile.isAway()),
  }

  /** Asked of every store there is: one that was away or has forgotten must not let an answer through again. */
  async function spentAs(rung: Rung, id: string): Promise<Proof> {
    const change = { key: `captcha:${id}`, points: 1, seconds: SECONDS }
    const counts = await inAll(stores, ({ add }) => add([change]))
    return counts.length > 0 && counts.flat().every(({ points }) => points === 1) ? rung : 'replayed'
  }
}

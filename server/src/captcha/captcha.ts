import { hash } from 'node:crypto'
import { askForWork, checkWork } from '@latchkey/shared/proof-of-work'
import type { Env } from '@latchkey/shared/env'
import type { CaptchaAct } from '@latchkey/shared/schemas/auth'
import { inAll, type Store } from '../counting/counters.ts'

/** Whether somebody has shown that they are no robot. Who has to, and when, is on the page of limits. */
export type Captcha = {
  /** A question that this browser may answer once, for this act, within five minutes. */
  ask(act: CaptchaAct, holder: string): Promise<string>
  /** Spends the answer. Without one, or with one that is not good, says why it proves nothing. */
  judge(answer: string | undefined, act: CaptchaAct, holder: string): Promise<Proof>
}
export type Proof = 'proved' | 'missing' | 'malformed' | 'foreign' | 'expired' | 'wrong' | 'replayed'

const SECONDS = 5 * 60

export function openCaptcha({ SESSION_SECRET }: Pick<Env, 'SESSION_SECRET'>, stores: Store[]): Captcha {
  const secret = `captcha:${SESSION_SECRET.reveal()}`
  const purposeOf = (act: CaptchaAct, holder: string) => ({
    act,
    holder: hash('sha256', holder, 'base64url'),
  })

  return {
    ask: (act, holder) => askForWork(purposeOf(act, holder), { secret, seconds: SECONDS }),
    async judge(answer, act, holder) {
      if (answer === undefined) return 'missing'
      const checked = await checkWork(answer, purposeOf(act, holder), { secret })
      if ('refused' in checked) return checked.refused
      return (await isFirst(checked.id)) ? 'proved' : 'replayed'
    },
  }

  /** Asked of every store there is: one that was away or has forgotten must not let an answer through again. */
  async function isFirst(id: string): Promise<boolean> {
    const change = { key: `captcha:${id}`, points: 1, seconds: SECONDS }
    const counts = await inAll(stores, ({ add }) => add([change]))
    return counts.length > 0 && counts.flat().every(({ points }) => points === 1)
  }
}

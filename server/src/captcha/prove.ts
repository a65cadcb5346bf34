import { recordAudit } from '@latchkey/db/audit'
import type { CaptchaAct } from '@latchkey/shared/schemas/auth'
import type { Ctx } from '../context.ts'
import { AppError } from '../errors.ts'
import { isRung, RUNGS, type Rung } from '../limits.ts'
import type { Proof } from './captcha.ts'

type Shown = { act: CaptchaAct; captchaToken: string | undefined }

/** An answer is good in the browser that asked. */
export async function holderOf(ctx: Ctx): Promise<string> {
  const { session } = await ctx.auth()
  return ctx.csrf.token(session?.familyId ?? null)
}

/** Before anything else of the act: what was shown is spent, whether it turns out to be wanted or not. */
export async function judgeProof(ctx: Ctx, { act, captchaToken }: Shown): Promise<Proof> {
  if (captchaToken === undefined) return 'missing'
  const proof = await ctx.captcha.judge(captchaToken, act, await holderOf(ctx))
  if (isRung(proof)) {
    ctx.metrics.captcha.inc({ act, decision: 'passed', answer: proof, because: 'none' })
    await recordAudit(ctx.db, ctx, {
      action: 'captcha.passed',
      actorId: null,
      metadata: { act, answer: proof },
    })
  }
  return proof
}

/** Who reaches a rung has reached those below it. */
export const reaches = (proof: Proof, rung: Rung): boolean =>
  isRung(proof) && RUNGS.indexOf(proof) >= RUNGS.indexOf(rung)

/** What has to be shown, and what it was that looked like a robot. */
export type Wanted = { rung: Rung; because: 'address' | 'account' | 'degraded' | 'burst' }
type Lacking = { act: CaptchaAct; proof: Proof; wanted: Wanted }

export async function refuseUnproved(ctx: Ctx, { act, proof, wanted }: Lacking): Promise<never> {
  const { rung, because } = wanted
  ctx.metrics.captcha.inc({ act, decision: rung, answer: proof, because })
  const metadata = { act, wanted: rung, answer: proof, because }
  await recordAudit(ctx.db, ctx, { action: 'captcha.required', actorId: null, metadata })
  throw new AppError('CAPTCHA_REQUIRED')
}

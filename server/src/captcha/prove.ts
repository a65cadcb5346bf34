import { recordAudit } from '@latchkey/db/audit'
import type { CaptchaAct } from '@latchkey/shared/schemas/auth'
import type { Ctx } from '../context.ts'
import { AppError } from '../errors.ts'
import type { Proof } from './captcha.ts'

type Shown = { act: CaptchaAct; captchaToken: string | undefined }

/** Before anything else of the act: what was shown is spent, whether it turns out to be wanted or not. */
export async function judgeProof(ctx: Ctx, { act, captchaToken }: Shown): Promise<Proof> {
  if (captchaToken === undefined) return 'missing'
  const { session } = await ctx.auth()
  const proof = await ctx.captcha.judge(captchaToken, act, ctx.csrf.token(session?.familyId ?? null))
  if (proof === 'proved')
    await recordAudit(ctx.db, ctx, { action: 'captcha.passed', actorId: null, metadata: { act } })
  return proof
}

type Wanted = { act: CaptchaAct; proof: Proof; because: 'address' | 'account' | 'degraded' | 'burst' }

export async function refuseUnproved(ctx: Ctx, { act, proof, because }: Wanted): Promise<never> {
  const metadata = { act, answer: proof, because }
  await recordAudit(ctx.db, ctx, { action: 'captcha.required', actorId: null, metadata })
  throw new AppError('CAPTCHA_REQUIRED')
}

import { recordAudit } from '@latchkey/db/audit'
import type { CaptchaAct } from '@latchkey/shared/schemas/auth'
import type { Ctx } from '../context.ts'
import { AppError } from '../errors.ts'
import { countedAddress } from '../http/client-address.ts'
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
    const metadata = { act, answer: proof }
    await recordAudit(ctx.db, ctx, { action: 'captcha.passed', actorId: null, metadata })
  }
  return proof
}

/** Who reaches a rung has reached those below it. */
export const reaches = (proof: Proof, rung: Rung): boolean =>
  isRung(proof) && RUNGS.indexOf(proof) >= RUNGS.indexOf(rung)

/** What has to be shown, and what it was that looked like a robot. */
export type Wanted = { rung: Rung; because: 'address' | 'account' | 'degraded' | 'burst' }
type Because = Wanted['because'] | 'day'
type Lacking = { act: CaptchaAct; proof: Proof; wanted: Wanted }

export async function refuseUnproved(ctx: Ctx, { act, proof: answer, wanted }: Lacking): Promise<never> {
  const { rung, because } = wanted
  ctx.metrics.captcha.inc({ act, decision: rung, answer, because })
  const metadata = { act, wanted: rung, answer, because }
  if (isAmongFirst(ctx, metadata))
    await recordAudit(ctx.db, ctx, { action: 'captcha.required', actorId: null, metadata })
  throw new AppError('CAPTCHA_REQUIRED')
}

type Decision = { act: CaptchaAct; proof: Proof; because: Because }

/** Whatever had been shown, it would not have helped. */
export async function noteRefused(ctx: Ctx, { act, proof: answer, because }: Decision): Promise<void> {
  ctx.metrics.captcha.inc({ act, decision: 'refused', answer, because })
  const metadata = { act, answer, because }
  if (isAmongFirst(ctx, metadata))
    await recordAudit(ctx.db, ctx, { action: 'captcha.refused', actorId: null, metadata })
}

/** Work was taken in place of a person, because nobody can ask for one. */
export async function noteUnattended(ctx: Ctx, { act, because }: Omit<Decision, 'proof'>): Promise<void> {
  ctx.metrics.captcha.inc({ act, decision: 'unattended', answer: 'work', because })
  const metadata = { act, answer: 'unattended', because }
  await recordAudit(ctx.db, ctx, { action: 'captcha.passed', actorId: null, metadata })
}

/** Refusals cost whoever provokes them nothing, so of those that are alike only the first few are remembered. */
const isAmongFirst = ({ calls, ip }: Ctx, alike: Record<string, string>): boolean =>
  calls.isAmongFirst([countedAddress(ip), ...Object.values(alike)].join(' '))

import { recordAudit } from '@latchkey/db/audit'
import { revokeFamilies } from '@latchkey/db/sessions'
import type { LoginInput } from '@latchkey/shared/schemas/auth'
import type { Me } from '@latchkey/shared/schemas/user'
import { judgeProof } from '../captcha/prove.ts'
import type { Ctx } from '../context.ts'
import type { GiveBack } from '../counting/guesses.ts'
import { AppError } from '../errors.ts'
import { admit, hindranceOf } from '../sessions/admit.ts'
import { lookOf } from '../sessions/binding.ts'
import { type Auth, createSession } from '../sessions/sessions.ts'
import { toPerson } from '../users/users.queries.ts'
import { findEntering, setLastLogin } from './auth.queries.ts'
import { type Credentials, guessPassword, type Verdict } from './guess-password.ts'
import { tellOfDevice } from './tell-of-device.ts'
import { tellOfLock } from './tell-of-lock.ts'

type Found = NonNullable<Credentials>
type Wrong = Exclude<Verdict, { right: string }>

/** One vague answer and the same work, whatever was wrong. */
export async function login(ctx: Ctx, { email, password, captchaToken }: LoginInput): Promise<{ user: Me }> {
  ctx.passwords.requireRoom()
  const proof = await judgeProof(ctx, { act: 'login', captchaToken })
  // Of an account that may not be entered every password is wrong: a right one must not tell that it is right.
  const hashOf = (found: Found) => (hindranceOf(ctx.env, found) ? null : found.passwordHash)
  const verdict = await guessPassword(ctx, { email, password, hashOf, proof })
  if (verdict.right === undefined) return refuse(ctx, email, verdict)

  const { found, right: verified } = verdict
  const judged = { found, verified, passwordHash: await rehash(ctx, verified, password) }
  const present = await ctx.auth()
  const { issued, user } = await verdict.grant.rightFor((giveBack) =>
    enter(ctx, judged, { present, giveBack }),
  )
  ctx.setSession(issued)
  return { user }
}

type Judged = { found: Found; verified: string; passwordHash: string }

function enter(
  ctx: Ctx,
  { found, verified, passwordHash }: Judged,
  { present, giveBack }: { present: Auth; giveBack: GiveBack },
) {
  const userId = found.id
  const device = { deviceHash: ctx.device.remember(), look: lookOf(ctx) }
  return ctx.db.transaction().execute(async (trx) => {
    await setLastLogin(trx, { userId, verified, passwordHash, ...device })
    // Asked with the row in hand: roles and standing may have changed while the password was judged.
    const row = await findEntering(trx, { userId, passwordHash })
    const person = row && toPerson(row)
    const entrant = person && admit(ctx.env, person.standing)
    if (!entrant) throw new AppError('INVALID_CREDENTIALS')
    if (present.user) await revokeFamilies(trx, { userId: present.user.id, only: present.session.familyId })
    const issued = await createSession(trx, entrant, ctx)
    const metadata = { sessionFamily: issued.familyId }
    await recordAudit(trx, ctx, { action: 'user.login', actorId: userId, targetId: userId, metadata })
    if (person.me.isEmailVerified && isNews(found)) await tellOfDevice(trx, ctx, person.me)
    await giveBack(trx)
    return { issued, user: person.me }
  })
}

/** The first device there is is no news, and neither is one that only lost its cookies. */
const isNews = ({ isKnownDevice, hasSuchDevice, hasDevices }: Found): boolean =>
  hasDevices === true && !isKnownDevice && !hasSuchDevice

async function refuse(ctx: Ctx, email: string, { found, why, locked }: Wrong): Promise<never> {
  await ctx.db.transaction().execute(async (trx) => {
    await recordAudit(trx, ctx, {
      action: 'user.login_failed',
      actorId: null,
      targetId: found?.id ?? null,
      metadata: { reason: reasonOf(ctx, found, why) },
    })
    if (locked) await tellOfLock(trx, ctx, found && { ...found, email })
  })
  throw new AppError('INVALID_CREDENTIALS')
}

function reasonOf({ env }: Ctx, found: Credentials, why: Wrong['why']): string {
  if (!found) return 'unknown_address'
  return hindranceOf(env, { ...found, isLocked: why === 'locked' }) ?? 'wrong_password'
}

/** A hash of an older profile is made anew while the password is at hand. */
async function rehash(ctx: Ctx, hash: string, password: string): Promise<string> {
  return ctx.passwords.needsRehash(hash) ? ctx.passwords.hash(password) : hash
}

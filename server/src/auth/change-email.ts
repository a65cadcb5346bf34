import { recordAudit } from '@latchkey/db/audit'
import type { Trx } from '@latchkey/db/database'
import { enqueueMail } from '@latchkey/db/outbox'
import { lookAtEverybody } from '@latchkey/db/own-rows'
import { lockOwner } from '@latchkey/db/sessions'
import type { Me } from '@latchkey/shared/schemas/user'
import type { SignedIn } from '../context.ts'
import { AppError } from '../errors.ts'
import { requireLiveSession } from '../sessions/sessions.queries.ts'
import { requirePerson } from '../users/users.queries.ts'
import { findProved } from './auth.queries.ts'
import { mintToken } from './tokens.ts'

const READ_BOTH =
  'We have sent a letter to the new address. Until it is confirmed, everything stays as it is.'

/** Nothing changes yet: the new address has to be proved, and the old one hears of it, with a way to undo it all. */
export async function changeEmail(ctx: SignedIn, { email }: { email: string }): Promise<{ message: string }> {
  if (email === ctx.user.email)
    throw new AppError('VALIDATION_FAILED', { fields: { email: 'This is your address already.' } })
  await ctx.calls.countMail('user.ask_change_email', { address: ctx.ip, email })
  await ctx.calls.countMail('user.tell_change_email', { address: ctx.ip, email: ctx.user.email })

  await ctx.db.transaction().execute(async (trx) => {
    await lockOwner(trx, ctx.user.id)
    // While it waited, the owner may have put everybody out, or got their address back.
    await requireLiveSession(trx, ctx.session.id)
    const { me: user } = await requirePerson(trx, ctx.user.id)
    await recordAudit(trx, ctx, { action: 'user.ask_change_email', actorId: user.id, targetId: user.id })
    await askNewAddress(trx, ctx, { user, email })
    // Of one that nobody has proved somebody else may be the owner, and it is not theirs to undo.
    if (user.isEmailVerified) await tellOldAddress(trx, ctx, { user, email })
  })
  return { message: READ_BOTH }
}

type Change = { user: Me; email: string }

/** One that somebody else has proved hears what a registration with it hears, and nobody else hears that. */
async function askNewAddress(trx: Trx, ctx: SignedIn, { user, email }: Change): Promise<void> {
  const minted = await mintToken(trx, ctx.env, { userId: user.id, type: 'change_email', payload: { email } })
  const askedBy = ctx.device.remember()
  await lookAtEverybody(trx)
  const taken = await findProved(trx, email)
  if (taken)
    return enqueueMail(trx, ctx, {
      letter: 'account-exists',
      params: { name: taken.displayName },
      to: email,
      userId: taken.id,
      askedBy,
    })
  const { id, token, code } = minted
  await enqueueMail(trx, ctx, {
    letter: 'change-email',
    // No words of a stranger to whoever has the address.
    params: { name: null, token, code },
    to: email,
    userId: user.id,
    tokenId: id,
    askedBy,
  })
}

async function tellOldAddress(trx: Trx, ctx: SignedIn, { user, email }: Change): Promise<void> {
  const payload = { email: user.email }
  const { id, token } = await mintToken(trx, ctx.env, { userId: user.id, type: 'undo_change_email', payload })
  await enqueueMail(trx, ctx, {
    letter: 'email-changing',
    params: { name: user.displayName, newEmail: email, token },
    to: user.email,
    userId: user.id,
    tokenId: id,
  })
}

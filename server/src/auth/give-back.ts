import { recordAudit } from '@latchkey/db/audit'
import { lockOwner } from '@latchkey/db/sessions'
import { lockAddress } from '@latchkey/db/users'
import type { Ctx } from '../context.ts'
import { hashed } from '../counting/hashed.ts'
import { AppError } from '../errors.ts'
import { consumeNewerTokens, setEmail } from './auth.queries.ts'
import { displaceUnproved } from './displace-unproved.ts'
import { secureAccount, type Secured } from './secure-account.ts'
import { requireShown, spendToken } from './tokens.ts'

type Way =
  { type: 'undo_change_email'; action: 'user.undo_change_email' } | { type: 'not_me'; action: 'user.not_me' }

/**
 * The account belongs again to whoever reads the mail of the address that the letter went to: it has that address, and
 * everybody is out. What was mailed since then may have gone to somebody else; what was mailed before leads further back,
 * and stays.
 */
export async function giveBack(ctx: Ctx, shown: { token: string }, { type, action }: Way): Promise<Secured> {
  const { id, userId, payload } = await requireShown(ctx, { type, shown })
  const { email } = payload
  if (email === undefined) throw new AppError('TOKEN_INVALID')

  const secured = await ctx.db.transaction().execute(async (trx) => {
    await lockAddress(trx, email)
    await lockOwner(trx, userId)
    await spendToken(trx, id)
    const metadata = await displaceUnproved(trx, email, { except: userId })
    if (!(await setEmail(trx, { userId, email }))) throw new AppError('ADDRESS_TAKEN')
    await consumeNewerTokens(trx, { userId, id })
    await recordAudit(trx, ctx, { action, actorId: userId, targetId: userId, metadata })
    return secureAccount(trx, ctx, userId)
  })
  await ctx.guesses.unlock('password', hashed(ctx.env, email))
  if ((await ctx.auth()).user?.id === userId) ctx.setSession(null)
  return secured
}

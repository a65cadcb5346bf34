import type { Trx } from '@latchkey/db/database'
import { revokeFamilies } from '@latchkey/db/sessions'
import { consumeOpenTokens } from '@latchkey/db/tokens'
import type { Ctx } from '../context.ts'
import { deleteDevices, forgetPassword } from './auth.queries.ts'
import { mintToken } from './tokens.ts'

/** With this the owner chooses a new password at once. */
export type Secured = { resetToken: string }

/**
 * Somebody else was in: every sign-in ends, no device is known any more, and the password, which they may know, opens
 * nothing. Ways to undo a change of address stay, because they lead back to the owner.
 */
export async function secureAccount(trx: Trx, ctx: Ctx, userId: string): Promise<Secured> {
  await revokeFamilies(trx, { userId })
  await forgetPassword(trx, { userId })
  await deleteDevices(trx, { userId })
  await consumeOpenTokens(trx, {
    userId,
    types: ['verify_email', 'reset_password', 'change_email', 'unlock_account', 'not_me'],
  })
  const { token } = await mintToken(trx, ctx.env, { userId, type: 'reset_password' })
  return { resetToken: token }
}

import type { Trx } from '@latchkey/db/database'
import { enqueueMail } from '@latchkey/db/outbox'
import type { LetterParams } from '@latchkey/shared/letters'
import type { Ctx } from '../context.ts'
import { mintToken } from './tokens.ts'

type Told = {
  user: { id: string; email: string; displayName: string | null; isEmailVerified: boolean }
  by: LetterParams<'password-changed'>['by']
}

/** A notice after the fact, with a way to say "this was not me". None to an address that may be somebody else's. */
export async function tellOfPassword(trx: Trx, ctx: Ctx, { user, by }: Told): Promise<void> {
  if (!user.isEmailVerified) return
  const { id, token } = await mintToken(trx, ctx.env, {
    userId: user.id,
    type: 'not_me',
    payload: { email: user.email },
  })
  await enqueueMail(trx, ctx, {
    letter: 'password-changed',
    params: { name: user.displayName, by, token },
    to: user.email,
    userId: user.id,
    tokenId: id,
  })
}

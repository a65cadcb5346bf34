import type { Trx } from '@latchkey/db/database'
import { enqueueMail } from '@latchkey/db/outbox'
import type { Me } from '@latchkey/shared/schemas/user'
import type { Ctx } from '../context.ts'
import { describeClient, maskOf } from '../sessions/binding.ts'
import { mintToken } from './tokens.ts'

/** Somebody signed in from where nobody did before; the owner may say that it was not them. */
export async function tellOfDevice(
  trx: Trx,
  ctx: Ctx,
  { id: userId, email, displayName }: Me,
): Promise<void> {
  const { id, token } = await mintToken(trx, ctx.env, { userId, type: 'not_me', payload: { email } })
  await enqueueMail(trx, ctx, {
    letter: 'new-device',
    params: {
      name: displayName,
      client: describeClient(ctx.userAgent),
      ipMasked: maskOf(ctx.ip),
      at: new Date().toISOString(),
      token,
    },
    to: email,
    userId,
    tokenId: id,
  })
}

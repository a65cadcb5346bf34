import { randomUUID } from 'node:crypto'
import { recordAudit } from '@latchkey/db/audit'
import type { Trx } from '@latchkey/db/database'
import { enqueueMail } from '@latchkey/db/outbox'
import { insertPerson, lockAddress } from '@latchkey/db/users'
import type { RegisterInput } from '@latchkey/shared/schemas/auth'
import type { Proof } from '../captcha/captcha.ts'
import { judgeProof, reaches, refuseUnproved } from '../captcha/prove.ts'
import type { Ctx } from '../context.ts'
import { AppError } from '../errors.ts'
import { countedAddress } from '../http/client-address.ts'
import { findOwner } from './auth.queries.ts'
import { displaceUnproved } from './displace-unproved.ts'
import { requireGoodPassword } from './require-good-password.ts'
import { type Minted, mintToken } from './tokens.ts'

/** Whose address it is now, and how the letter about that is answered. */
type Outcome = {
  owner: Awaited<ReturnType<typeof findOwner>>
  askedBy: Buffer
  minted: Minted
  metadata: { displaced?: string }
}

const CHECK_YOUR_MAIL = 'Check your mail: we have sent you a letter with what comes next.'

/** Says the same whether the address was free or taken, and does the same work: the owner's mail tells them apart. */
export async function register(
  ctx: Ctx,
  { captchaToken, ...input }: RegisterInput,
): Promise<{ message: string }> {
  ctx.passwords.requireRoom()
  await requireGoodPassword(ctx, input)
  const proof = await judgeProof(ctx, { act: 'register', captchaToken })
  await requireProof(ctx, proof)
  await ctx.calls.countMail('user.register', { address: ctx.ip, email: input.email })
  const passwordHash = await ctx.passwords.hash(input.password)
  const registrationDevice = ctx.device.remember()

  await ctx.db.transaction().execute(async (trx) => {
    await lockAddress(trx, input.email)
    const metadata = await displaceUnproved(trx, input.email)
    const person = { email: input.email, displayName: input.displayName, passwordHash, registrationDevice }
    const made = await insertPerson(trx, person)
    // Asked for one who was just made, and a link made for one who was not: how often, and how long, must not tell.
    const owner = await findOwner(trx, input.email)
    const userId = made?.id ?? randomUUID()
    const minted = await mintToken(trx, ctx.env, { userId, type: 'verify_email' })
    await (made ? welcome : tellOwner)(trx, ctx, { owner, askedBy: registrationDevice, minted, metadata })
  })
  return { message: CHECK_YOUR_MAIL }
}

async function requireProof(ctx: Ctx, proof: Proof): Promise<void> {
  const { wanted, giveBack } = await ctx.bursts.count('register', countedAddress(ctx.ip))
  if (!wanted || reaches(proof, wanted.rung)) return
  await giveBack()
  // Nobody is kept from their account by a wait for a new one, so here nothing stands in for a person.
  if ((proof === 'work' || proof === 'unverified') && (await ctx.captcha.isPersonAway()))
    throw new AppError('CAPTCHA_UNAVAILABLE')
  await refuseUnproved(ctx, { act: 'register', proof, wanted })
}

async function welcome(trx: Trx, ctx: Ctx, { owner, askedBy, minted, metadata }: Outcome): Promise<void> {
  const { id: userId, email: to } = owner
  const { id: tokenId, token, code } = minted
  await recordAudit(trx, ctx, { action: 'user.register', actorId: userId, targetId: userId, metadata })
  // No words of a stranger to whoever has the address.
  const params = { name: null, token, code }
  await enqueueMail(trx, ctx, { letter: 'verify-email', params, to, userId, tokenId, askedBy })
}

async function tellOwner(trx: Trx, ctx: Ctx, { owner, askedBy }: Outcome): Promise<void> {
  const { id: userId, email: to } = owner
  const name = owner.isEmailVerified ? owner.displayName : null
  await recordAudit(trx, ctx, { action: 'user.register_again', actorId: null, targetId: userId })
  await enqueueMail(trx, ctx, { letter: 'account-exists', params: { name }, to, userId, askedBy })
}

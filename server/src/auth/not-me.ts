import type { Ctx } from '../context.ts'
import { giveBack } from './give-back.ts'
import type { Secured } from './secure-account.ts'

/** What the owner says to a letter about something that they did not do. */
export const notMe = (ctx: Ctx, shown: { token: string }): Promise<Secured> =>
  giveBack(ctx, shown, { type: 'not_me', action: 'user.not_me' })

import type { Ctx } from '../context.ts'
import { giveBack } from './give-back.ts'
import type { Secured } from './secure-account.ts'

/** The address is again what it was, whether the other was confirmed or not. */
export const undoChangeEmail = (ctx: Ctx, shown: { token: string }): Promise<Secured> =>
  giveBack(ctx, shown, { type: 'undo_change_email', action: 'user.undo_change_email' })

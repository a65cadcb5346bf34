import type { Ctx } from '../context.ts'
import { postLink } from './post-link.ts'

const IF_THERE_IS_ONE = 'If there is an account with this address, we have sent a letter to it.'

/** Whoever can read the mail of an account may choose its password; whoever asks learns nothing. */
export async function forgotPassword(ctx: Ctx, { email }: { email: string }): Promise<{ message: string }> {
  await postLink(ctx, {
    email,
    type: 'reset_password',
    letter: 'reset-password',
    action: 'user.forgot_password',
    isOwed: ({ status }) => status === 'active',
  })
  return { message: IF_THERE_IS_ONE }
}

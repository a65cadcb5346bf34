import type { Ctx } from '../context.ts'
import { postLink } from './post-link.ts'

const IF_IT_WAITS = 'If this address is still to be confirmed, we have sent another letter to it.'

export async function resendVerification(
  ctx: Ctx,
  { email }: { email: string },
): Promise<{ message: string }> {
  await postLink(ctx, {
    email,
    type: 'verify_email',
    letter: 'verify-email',
    action: 'user.resend_verification',
    isOwed: ({ status, isEmailVerified }) => status === 'active' && !isEmailVerified,
  })
  return { message: IF_IT_WAITS }
}

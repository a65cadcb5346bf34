import { done, nothing } from '@latchkey/shared/schemas/atoms'
import {
  changePasswordInput,
  csrfOutput,
  loginInput,
  loginOutput,
  message,
  registerInput,
  stepUpInput,
} from '@latchkey/shared/schemas/auth'
import {
  confirmChangeEmailInput,
  emailInput,
  letterFate as letterFateOutput,
  linkInput,
  resetPasswordInput,
  secured,
  verifyEmailInput,
} from '@latchkey/shared/schemas/by-mail'
import { anyone, counted, router, signedIn, sudo } from '../trpc.ts'
import { changeEmail } from './change-email.ts'
import { changePassword } from './change-password.ts'
import { confirmChangeEmail } from './confirm-change-email.ts'
import { forgotPassword } from './forgot-password.ts'
import { letterFate } from './letter-fate.ts'
import { login } from './login.ts'
import { logout } from './logout.ts'
import { notMe } from './not-me.ts'
import { onTheBeat } from './on-the-beat.ts'
import { refresh } from './refresh.ts'
import { register } from './register.ts'
import { resendVerification } from './resend-verification.ts'
import { resetPassword } from './reset-password.ts'
import { stepUp } from './step-up.ts'
import { undoChangeEmail } from './undo-change-email.ts'
import { unlock } from './unlock.ts'
import { verifyEmail } from './verify-email.ts'

export const authRouter = router({
  csrf: anyone.output(csrfOutput).query(async ({ ctx }) => {
    const { session } = await ctx.auth()
    return { csrfToken: ctx.csrf.token(session?.familyId ?? null) }
  }),
  register: anyone
    .input(registerInput)
    .use(counted)
    .output(message)
    .mutation(({ ctx, input }) => onTheBeat(() => register(ctx, input))),
  login: anyone
    .input(loginInput)
    .output(loginOutput)
    .mutation(({ ctx, input }) => login(ctx, input)),
  refresh: signedIn
    .input(nothing)
    .use(counted)
    .output(done)
    .mutation(({ ctx }) => refresh(ctx)),
  changePassword: signedIn
    .input(changePasswordInput)
    .use(counted)
    .output(done)
    .mutation(({ ctx, input }) => changePassword(ctx, input)),
  unlock: anyone
    .input(linkInput)
    .use(counted)
    .output(done)
    .mutation(({ ctx, input }) => unlock(ctx, input)),
  verifyEmail: anyone
    .input(verifyEmailInput)
    .use(counted)
    .output(done)
    .mutation(({ ctx, input }) => onTheBeat(() => verifyEmail(ctx, input))),
  resendVerification: anyone
    .input(emailInput)
    .output(message)
    .mutation(({ ctx, input }) => onTheBeat(() => resendVerification(ctx, input))),
  forgotPassword: anyone
    .input(emailInput)
    .output(message)
    .mutation(({ ctx, input }) => onTheBeat(() => forgotPassword(ctx, input))),
  resetPassword: anyone
    .input(resetPasswordInput)
    .use(counted)
    .output(done)
    .mutation(({ ctx, input }) => onTheBeat(() => resetPassword(ctx, input))),
  changeEmail: sudo
    .input(emailInput)
    .output(message)
    .mutation(({ ctx, input }) => onTheBeat(() => changeEmail(ctx, input))),
  confirmChangeEmail: signedIn
    .input(confirmChangeEmailInput)
    .use(counted)
    .output(done)
    .mutation(({ ctx, input }) => confirmChangeEmail(ctx, input)),
  undoChangeEmail: anyone
    .input(linkInput)
    .use(counted)
    .output(secured)
    .mutation(({ ctx, input }) => undoChangeEmail(ctx, input)),
  notMe: anyone
    .input(linkInput)
    .use(counted)
    .output(secured)
    .mutation(({ ctx, input }) => notMe(ctx, input)),
  letterFate: anyone
    .input(emailInput)
    .output(letterFateOutput)
    .query(({ ctx, input }) => letterFate(ctx, input)),
  stepUp: signedIn
    .input(stepUpInput)
    .use(counted)
    .output(done)
    .mutation(({ ctx, input }) => stepUp(ctx, input)),
  logout: signedIn
    .input(nothing)
    .output(done)
    .mutation(({ ctx }) => logout(ctx)),
})

import { done, nothing } from '@latchkey/shared/schemas/atoms'
import {
  changePasswordInput,
  csrfOutput,
  loginInput,
  loginOutput,
  registerInput,
  registerOutput,
} from '@latchkey/shared/schemas/auth'
import { anyone, router, signedIn } from '../trpc.ts'
import { changePassword } from './change-password.ts'
import { login } from './login.ts'
import { logout } from './logout.ts'
import { refresh } from './refresh.ts'
import { register } from './register.ts'

export const authRouter = router({
  csrf: anyone.output(csrfOutput).query(async ({ ctx }) => {
    const { session } = await ctx.auth()
    return { csrfToken: ctx.csrf.token(session?.familyId ?? null) }
  }),
  register: anyone
    .input(registerInput)
    .output(registerOutput)
    .mutation(({ ctx, input }) => register(ctx, input)),
  login: anyone
    .input(loginInput)
    .output(loginOutput)
    .mutation(({ ctx, input }) => login(ctx, input)),
  refresh: signedIn
    .input(nothing)
    .output(done)
    .mutation(({ ctx }) => refresh(ctx)),
  changePassword: signedIn
    .input(changePasswordInput)
    .output(done)
    .mutation(({ ctx, input }) => changePassword(ctx, input)),
  logout: signedIn
    .input(nothing)
    .output(done)
    .mutation(({ ctx }) => logout(ctx)),
})

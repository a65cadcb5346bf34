import { done, nothing } from '@latchkey/shared/schemas/atoms'
import {
  changePasswordInput,
  csrfOutput,
  loginInput,
  loginOutput,
  registerInput,
  registerOutput,
  unlockInput,
} from '@latchkey/shared/schemas/auth'
import { anyone, counted, router, signedIn } from '../trpc.ts'
import { changePassword } from './change-password.ts'
import { login } from './login.ts'
import { logout } from './logout.ts'
import { refresh } from './refresh.ts'
import { onTheBeat } from './on-the-beat.ts'
import { register } from './register.ts'
import { unlock } from './unlock.ts'

export const authRouter = router({
  csrf: anyone.output(csrfOutput).query(async ({ ctx }) => {
    const { session } = await ctx.auth()
    return { csrfToken: ctx.csrf.token(session?.familyId ?? null) }
  }),
  register: anyone
    .input(registerInput)
    .use(counted)
    .output(registerOutput)
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
    .input(unlockInput)
    .use(counted)
    .output(done)
    .mutation(({ ctx, input }) => unlock(ctx, input)),
  logout: signedIn
    .input(nothing)
    .output(done)
    .mutation(({ ctx }) => logout(ctx)),
})

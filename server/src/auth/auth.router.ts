import { done } from '@latchkey/shared/schemas/atoms'
import {
  csrfOutput,
  loginInput,
  loginOutput,
  registerInput,
  registerOutput,
} from '@latchkey/shared/schemas/auth'
import { anyone, router, signedIn } from '../trpc.ts'
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
  refresh: signedIn.output(done).mutation(({ ctx }) => refresh(ctx)),
  logout: signedIn.output(done).mutation(({ ctx }) => logout(ctx)),
})

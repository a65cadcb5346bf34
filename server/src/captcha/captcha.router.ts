import { captchaInput, captchaOutput } from '@latchkey/shared/schemas/auth'
import { anyone, counted, router } from '../trpc.ts'

export const captchaRouter = router({
  ask: anyone
    .input(captchaInput)
    .use(counted)
    .output(captchaOutput)
    .mutation(async ({ ctx, input }) => {
      const { session } = await ctx.auth()
      const holder = ctx.csrf.token(session?.familyId ?? null)
      return { challenge: await ctx.captcha.ask(input.act, holder) }
    }),
})

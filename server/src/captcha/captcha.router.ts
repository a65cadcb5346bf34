import { captchaInput, captchaOutput } from '@latchkey/shared/schemas/auth'
import { anyone, counted, router } from '../trpc.ts'
import { holderOf } from './prove.ts'

export const captchaRouter = router({
  ask: anyone
    .input(captchaInput)
    .use(counted)
    .output(captchaOutput)
    .mutation(async ({ ctx, input }) => ctx.captcha.ask(input.act, await holderOf(ctx))),
})

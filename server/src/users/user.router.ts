import { me } from '@latchkey/shared/schemas/user'
import { router, signedIn } from '../trpc.ts'

export const userRouter = router({
  me: signedIn.output(me).query(({ ctx }) => ctx.user),
})

import { me, updateProfileInput } from '@latchkey/shared/schemas/user'
import { counted, router, signedIn } from '../trpc.ts'
import { updateProfile } from './update-profile.ts'

export const profileRouter = router({
  update: signedIn
    .input(updateProfileInput)
    .use(counted)
    .output(me)
    .mutation(({ ctx, input }) => updateProfile(ctx, input)),
})

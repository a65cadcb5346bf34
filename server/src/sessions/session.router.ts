import { revoked, revokeInput, sessionList } from '@latchkey/shared/schemas/session'
import { router, signedIn } from '../trpc.ts'
import { listSessions } from './list-sessions.ts'
import { revokeOtherSessions, revokeSession } from './revoke-sessions.ts'

export const sessionRouter = router({
  list: signedIn.output(sessionList).query(({ ctx }) => listSessions(ctx)),
  revoke: signedIn
    .input(revokeInput)
    .output(revoked)
    .mutation(({ ctx, input }) => revokeSession(ctx, input.id)),
  revokeOthers: signedIn.output(revoked).mutation(({ ctx }) => revokeOtherSessions(ctx)),
})

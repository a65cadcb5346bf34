import { revoked, revokeInput, sessionList } from '@latchkey/shared/schemas/session'
import { nothing } from '@latchkey/shared/schemas/atoms'
import { router, signedIn } from '../trpc.ts'
import { listSessions } from './list-sessions.ts'
import { revokeOtherSessions, revokeSession } from './revoke-sessions.ts'

export const sessionRouter = router({
  list: signedIn.output(sessionList).query(({ ctx }) => listSessions(ctx)),
  revoke: signedIn
    .input(revokeInput)
    .output(revoked)
    .mutation(({ ctx, input }) => revokeSession(ctx, input.id)),
  revokeOthers: signedIn
    .input(nothing)
    .output(revoked)
    .mutation(({ ctx }) => revokeOtherSessions(ctx)),
})

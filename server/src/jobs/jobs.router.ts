import { nothing } from '@latchkey/shared/schemas/atoms'
import { pingInput, pingOutput, pingResult } from '@latchkey/shared/schemas/jobs'
import { router, withRole } from '../trpc.ts'
import { findPing, ping } from './ping.ts'

export const jobsRouter = router({
  ping: withRole('ADMIN')
    .input(nothing)
    .output(pingOutput)
    .mutation(({ ctx }) => ping(ctx)),
  pingResult: withRole('ADMIN')
    .input(pingInput)
    .output(pingResult)
    .query(({ ctx, input }) => findPing(ctx, input.id)),
})

import { auditInput, auditPage } from '@latchkey/shared/schemas/audit'
import type { SignedIn } from '../context.ts'
import { describeClient, maskOf } from '../sessions/binding.ts'
import { router, signedIn } from '../trpc.ts'
import { listEventsOf } from './audit.queries.ts'

export const auditRouter = router({
  mine: signedIn
    .input(auditInput)
    .output(auditPage)
    .query(({ ctx, input }) => listMine(ctx, input)),
})

/** One more is asked for than is shown: whether it is there says whether there is a next page. */
async function listMine(
  { db, user }: SignedIn,
  { before, limit }: { before?: string | undefined; limit: number },
) {
  const rows = await listEventsOf(db, { userId: user.id, limit: limit + 1, ...(before && { before }) })
  const shown = rows.slice(0, limit)
  return {
    events: shown.map(({ id, action, actorId, ip, userAgent, createdAt }) => ({
      id,
      action,
      // Where an administrator sits is their own affair; where a stranger sat who guessed is the owner's.
      ...(actorId === null || actorId === user.id
        ? { client: describeClient(userAgent), ipMasked: maskOf(ip) }
        : { client: 'An administrator', ipMasked: null }),
      at: createdAt.toISOString(),
    })),
    next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
  }
}

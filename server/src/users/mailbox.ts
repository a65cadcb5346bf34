import type { SignedIn } from '../context.ts'
import { findLastDelivery } from './users.queries.ts'

/** Whether the last letter to the person's address came back. One that arrives later is news enough. */
export async function findMailbox({ db, user }: SignedIn): Promise<{ returnedAt: string | null }> {
  const last = await findLastDelivery(db, { userId: user.id, email: user.email })
  return { returnedAt: last?.status === 'bounced' ? last.createdAt.toISOString() : null }
}

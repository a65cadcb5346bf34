import type { Db } from '@latchkey/db/database'

/** Why sign-ins to an account failed, and how often. `wrong_password` is one evaluation of the true hash each. */
export async function failedLoginsOf(db: Db, userId: string): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('auditEvents')
    .select('metadata')
    .where('targetId', '=', userId)
    .where('action', '=', 'user.login_failed')
    .execute()
  const byReason = Map.groupBy(rows, ({ metadata }) => String(metadata['reason']))
  return Object.fromEntries([...byReason].map(([reason, all]) => [reason, all.length]))
}

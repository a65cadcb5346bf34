import { sql } from 'kysely'
import { aSignedInUser, PASSWORD } from '../../test/actors.ts'
import { Browser } from '../../test/browser.ts'
import type { TestHost } from '../../test/host.ts'
import type { Caller } from './callers.ts'

export const RELATIONS = ['own', 'foreign', 'missing'] as const
export type Relation = (typeof RELATIONS)[number]
export type ObjectKind = keyof typeof MADE

/** The id of something that is the caller's, somebody else's, or nowhere. */
export async function anObject(
  host: TestHost,
  { kind, relation, caller }: { kind: ObjectKind; relation: Relation; caller: Caller },
): Promise<string> {
  if (relation === 'missing') return crypto.randomUUID()
  return MADE[kind](host, relation === 'own' ? caller : await aSignedInUser(host))
}

const MADE = {
  /** Another sign-in of its owner than the one at hand. */
  async session({ url, deps }: TestHost, { id, email }: Caller): Promise<string> {
    await new Browser(url).post('/api/auth/login', { email, password: PASSWORD })
    const { rows } = await sql<{ familyId: string }>`
      select family_id from sessions where user_id = ${id} order by created_at desc limit 1`.execute(deps.db)
    return rows[0]?.familyId ?? crypto.randomUUID()
  },
  /** Pings belong to nobody: whoever may ask may ask for all. */
  async ping({ deps }: TestHost): Promise<string> {
    return (await deps.boss.send('jobs.ping', { requestId: 'a-ping-of-the-matrix' })) ?? crypto.randomUUID()
  },
}

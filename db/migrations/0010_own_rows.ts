import { type Kysely, type RawBuilder, sql } from 'kysely'

/** Whom the transaction names. Asked once a statement, and not once a row: that is what the `select` around it is for. */
const NAMED = sql`nullif(current_setting('app.owner', true), '')`
const isNobody = sql`(select ${NAMED} is null)`
const is = (column: string) => sql`${sql.ref(column)} = (select ${NAMED}::uuid)`

/** Which rows are somebody's own, and where it is not the same, which they may write. */
const OWN: Record<string, { seen: RawBuilder<unknown>; written?: RawBuilder<unknown> }> = {
  users: { seen: is('id') },
  profiles: { seen: is('user_id') },
  user_roles: { seen: is('user_id') },
  sessions: { seen: is('user_id') },
  known_devices: { seen: is('user_id') },
  one_time_tokens: { seen: is('user_id') },
  email_outbox: { seen: is('user_id') },
  audit_events: {
    seen: sql`${is('actor_id')} or ${is('target_id')}`,
    // Nothing in the name of somebody else.
    written: sql`${is('actor_id')} or actor_id is null`,
  },
}

/** To whom the transaction names there is nothing else. Where it names nobody it is as if there were no wall. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [table, { seen, written = seen }] of Object.entries(OWN)) {
    await sql`alter table ${sql.table(table)} enable row level security`.execute(db)
    await sql`create policy own_rows on ${sql.table(table)}
      using (${isNobody} or ${seen}) with check (${isNobody} or ${written})`.execute(db)
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of Object.keys(OWN)) {
    await sql`drop policy own_rows on ${sql.table(table)}`.execute(db)
    await sql`alter table ${sql.table(table)} disable row level security`.execute(db)
  }
}

import { type Kysely, sql } from 'kysely'

/** The link in the letter about a lock. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await allow(db, ['verify_email', 'reset_password', 'change_email', 'unlock_account'])
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`delete from one_time_tokens where type = 'unlock_account'`.execute(db)
  await allow(db, ['verify_email', 'reset_password', 'change_email'])
}

async function allow(db: Kysely<unknown>, types: string[]): Promise<void> {
  const table = db.schema.alterTable('one_time_tokens')
  await table.dropConstraint('one_time_tokens_type_known').execute()
  const known = sql.join(types.map((type) => sql.lit(type)))
  await table.addCheckConstraint('one_time_tokens_type_known', sql`type in (${known})`).execute()
}

import { type Kysely, sql } from 'kysely'

const TOKENS = ['verify_email', 'reset_password', 'change_email', 'unlock_account']
const LETTERS = ['queued', 'kept', 'sent', 'failed']

/** Proving an address, a new password by mail, another address and its undoing, and what a session was proved with again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The browser that registered an address which nobody has proved yet.
  await db.schema.alterTable('users').addColumn('registration_device', 'bytea').execute()
  await db.schema.alterTable('sessions').addColumn('sudo_until', 'timestamptz').execute()
  // What a device looks like: the kind of browser, and where it is.
  await db.schema.alterTable('known_devices').addColumn('look', 'bytea').execute()

  await db.schema
    .alterTable('email_outbox')
    .addColumn('token_id', 'uuid')
    .addColumn('asked_by', 'bytea')
    .execute()
  await db.schema.createIndex('email_outbox_asked_by_idx').on('email_outbox').column('asked_by').execute()
  await db.schema
    .createIndex('one_time_tokens_consumed_at_idx')
    .on('one_time_tokens')
    .column('consumed_at')
    .execute()

  await allow(db, 'one_time_tokens_type_known', [...TOKENS, 'undo_change_email', 'not_me'])
  await allow(db, 'email_outbox_status_known', [...LETTERS, 'bounced', 'dropped'])
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`delete from one_time_tokens where type in ('undo_change_email', 'not_me')`.execute(db)
  await sql`update email_outbox set status = 'failed' where status in ('bounced', 'dropped')`.execute(db)
  await allow(db, 'one_time_tokens_type_known', TOKENS)
  await allow(db, 'email_outbox_status_known', LETTERS)
  await db.schema.dropIndex('one_time_tokens_consumed_at_idx').execute()
  await db.schema.alterTable('email_outbox').dropColumn('token_id').dropColumn('asked_by').execute()
  await db.schema.alterTable('known_devices').dropColumn('look').execute()
  await db.schema.alterTable('sessions').dropColumn('sudo_until').execute()
  await db.schema.alterTable('users').dropColumn('registration_device').execute()
}

const TABLES = {
  one_time_tokens_type_known: { table: 'one_time_tokens', column: 'type' },
  email_outbox_status_known: { table: 'email_outbox', column: 'status' },
} as const

async function allow(db: Kysely<unknown>, name: keyof typeof TABLES, values: string[]): Promise<void> {
  const { table, column } = TABLES[name]
  const known = sql.join(values.map((value) => sql.lit(value)))
  await db.schema.alterTable(table).dropConstraint(name).execute()
  await db.schema
    .alterTable(table)
    .addCheckConstraint(name, sql`${sql.ref(column)} in (${known})`)
    .execute()
}

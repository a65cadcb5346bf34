import { type Kysely, sql } from 'kysely'

/** A family is one sign-in; its rows are the tokens that followed each other. Rows are marked, not deleted. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sessions')
    .addColumn('id', 'uuid', (c) => c.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('token_hash', 'bytea', (c) => c.notNull())
    .addColumn('user_id', 'uuid', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('family_id', 'uuid', (c) => c.notNull().defaultTo(sql`gen_random_uuid()`))
    .addColumn('parent_id', 'uuid', (c) => c.references('sessions.id').onDelete('set null'))
    .addColumn('replaced_by_session_id', 'uuid', (c) => c.references('sessions.id').onDelete('set null'))
    .addColumn('first_used_at', 'timestamptz')
    .addColumn('superseded_at', 'timestamptz')
    .addColumn('idle_seconds', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('last_seen_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('expires_at', 'timestamptz', (c) => c.notNull())
    .addColumn('absolute_expires_at', 'timestamptz', (c) => c.notNull())
    .addColumn('revoked_at', 'timestamptz')
    .addColumn('user_agent', 'text')
    .addColumn('ip', sql`inet`)
    .addUniqueConstraint('sessions_token_hash_key', ['token_hash'])
    .addCheckConstraint('sessions_expiry_within_absolute', sql`expires_at <= absolute_expires_at`)
    .execute()
  await db.schema.createIndex('sessions_user_id_idx').on('sessions').column('user_id').execute()
  await db.schema.createIndex('sessions_family_id_idx').on('sessions').column('family_id').execute()
  await db.schema
    .createIndex('sessions_replaced_by_idx')
    .on('sessions')
    .column('replaced_by_session_id')
    .execute()
  await db.schema
    .createIndex('sessions_absolute_expires_at_idx')
    .on('sessions')
    .column('absolute_expires_at')
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('sessions').execute()
}

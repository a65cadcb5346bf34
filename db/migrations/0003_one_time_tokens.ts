import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('one_time_tokens')
    .addColumn('id', 'uuid', (c) => c.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('user_id', 'uuid', (c) => c.references('users.id').onDelete('cascade'))
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('token_hash', 'bytea', (c) => c.notNull())
    .addColumn('code_hash', 'bytea')
    .addColumn('code_expires_at', 'timestamptz')
    .addColumn('code_tries', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('payload', 'jsonb', (c) => c.notNull().defaultTo(sql`'{}'::jsonb`))
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addColumn('expires_at', 'timestamptz', (c) => c.notNull())
    .addColumn('consumed_at', 'timestamptz')
    .addUniqueConstraint('one_time_tokens_token_hash_key', ['token_hash'])
    .addCheckConstraint(
      'one_time_tokens_type_known',
      sql`type in ('verify_email', 'reset_password', 'change_email')`,
    )
    .execute()
  await db.schema
    .createIndex('one_time_tokens_user_type_idx')
    .on('one_time_tokens')
    .columns(['user_id', 'type'])
    .execute()
  await db.schema
    .createIndex('one_time_tokens_expires_at_idx')
    .on('one_time_tokens')
    .column('expires_at')
    .execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('one_time_tokens').execute()
}

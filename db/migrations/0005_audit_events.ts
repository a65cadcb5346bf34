import { type Kysely, sql } from 'kysely'

/** No foreign keys: actor and target stay as written when a person is gone. Nobody may change a row. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('audit_events')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('actor_id', 'uuid')
    .addColumn('target_id', 'uuid')
    .addColumn('ip', sql`inet`)
    .addColumn('user_agent', 'text')
    .addColumn('request_id', 'text', (c) => c.notNull())
    .addColumn('metadata', 'jsonb', (c) => c.notNull().defaultTo(sql`'{}'::jsonb`))
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .execute()
  for (const columns of [
    ['actor_id', 'created_at'],
    ['target_id', 'created_at'],
    ['action', 'created_at'],
    ['created_at'],
  ])
    await db.schema
      .createIndex(`audit_events_${columns[0]}_idx`)
      .on('audit_events')
      .columns(columns)
      .execute()

  await sql`
    create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
    end $$`.execute(db)
  await sql`
    create trigger audit_events_append_only before update or delete or truncate on audit_events
    for each statement execute function refuse_change()`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('audit_events').execute()
  await sql`drop function refuse_change()`.execute(db)
}

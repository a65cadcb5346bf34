import type { Kysely } from 'kysely'

/** Deleting a session looks for those that were made from it; without this it reads the whole table each time. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex('sessions_parent_id_idx').on('sessions').column('parent_id').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('sessions_parent_id_idx').execute()
}

import pg from 'pg'
import type { Town } from './town.ts'

type Wanted = { clients: number; each: number; hash: string }

/** A list of addresses for each client. All have the same hash: making them costs no hashing. */
export async function addAccounts({ env }: Town, { clients, each, hash }: Wanted): Promise<string[][]> {
  const db = new pg.Client({ connectionString: env['MIGRATION_DATABASE_URL'] })
  await db.connect()
  try {
    const { rows } = await db.query<{ email: string }>(
      `with made as (
         insert into users (email, display_name, password_hash, is_email_verified)
         select 'storm-' || nth || '@example.com', 'Storm', $1, true from generate_series(1, $2::int) nth
         returning id, email
       ), profile as (insert into profiles (user_id) select id from made),
       role as (insert into user_roles (user_id, role) select id, 'USER' from made)
       select email from made`,
      [hash, clients * each],
    )
    return Array.from({ length: clients }, (_, nth) =>
      rows.slice(nth * each, (nth + 1) * each).map(({ email }) => email),
    )
  } finally {
    await db.end()
  }
}

import type { Source } from '@latchkey/shared/env'

/**
 * How a command meets the product at test: the folder of the one that the tests started, or the database and keys of one
 * that was running before (E2E_URL). Settings of the machine, a DATABASE_URL of it among them, are not meant.
 */
export function commandEnv(): Source {
  const given = Object.entries(process.env).flatMap(([key, value]) =>
    key.startsWith(GIVEN) ? [[key.slice(GIVEN.length), value] as const] : [],
  )
  return {
    ...process.env,
    DATA_DIR: process.env['E2E_DATA_DIR'],
    DATABASE_URL: '',
    ...Object.fromEntries(given),
  }
}
const GIVEN = 'E2E_SET_'

/** The local inbox is of a product on this very machine; elsewhere letters are caught on their way. */
export const showsInbox = process.env['E2E_INBOX_URL'] === undefined

/** Where the letters of the product at test can be read. */
export const inboxOf = (page: { url(): string }): string =>
  process.env['E2E_INBOX_URL'] ?? new URL('/dev/inbox.json', page.url()).href

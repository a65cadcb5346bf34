/**
 * Who lives in a fresh local database. Seeded only with ENV=local behind a loopback address.
 * The hash is of the password above it, made once, so that seeding needs no hasher; a test of the server opens it.
 */
export const DEMO_PASSWORD = 'paper-lantern-orchard-17'
const passwordHash =
  '$argon2id$v=19$m=65536,t=3,p=2$0RipmjxxzEcCB/vasQ6j3w$r5TFMeVdpBqhhf3jB2ubwrJEgVHHSnD42FN7qzk6aU0'

export const DEMO_ACCOUNTS = [
  {
    email: 'ada@example.com',
    displayName: 'Ada Admin',
    role: 'ADMIN',
    passwordHash,
    note: 'an administrator',
  },
  {
    email: 'uma@example.com',
    displayName: 'Uma User',
    role: 'USER',
    passwordHash,
    note: 'an ordinary person',
  },
] as const

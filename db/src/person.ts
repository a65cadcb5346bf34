import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { type Role, ROLES } from '@latchkey/shared/roles'
import { SYNTHETIC_DOMAIN } from '@latchkey/shared/synthetic'
import { makeBoss } from './boss.ts'
import { env } from './config/env.ts'
import type { Trx } from './database.ts'
import { openDb } from './open.ts'
import { openSecretBox } from './secret-box.ts'
import {
  type Decision,
  type Desk,
  grantRole,
  removePerson,
  restorePerson,
  revokeRole,
  StandingRefused,
  suspendPerson,
} from './standing.ts'
import { findIdOf } from './users.ts'

/** An operator suspends somebody or gives them a role. The audit remembers it, without an actor. */
const USAGE = [
  'usage: npm run person -- suspend EMAIL',
  '       npm run person -- restore EMAIL',
  '       npm run person -- grant EMAIL ROLE',
  '       npm run person -- revoke EMAIL ROLE',
  `       npm run person -- remove EMAIL         only of ${SYNTHETIC_DOMAIN}`,
  `ROLE is one of ${ROLES.join(', ')}. A reason for the audit may follow: --reason "…"`,
].join('\n')

type Deed = (trx: Trx, desk: Desk, decision: Decision) => Promise<boolean>
type Order = { deed: Deed; done: string; already: string }
type Wanted = { order: Order; email: string; reason: string | undefined }

const ORDERS = new Map<string, Order>([
  [
    'suspend',
    {
      deed: suspendPerson,
      done: 'is suspended and signed out everywhere',
      already: 'was suspended already; nothing changed',
    },
  ],
  [
    'restore',
    {
      deed: restorePerson,
      done: 'may sign in again',
      already: 'was not suspended; nothing changed',
    },
  ],
  ['remove', { deed: removePerson, done: 'is removed, with all that hung on it', already: '' }],
])

const ROLE_ORDERS = new Map<string, (role: Role) => Order>([
  [
    'grant',
    (role) => ({
      deed: (trx, desk, decision) => grantRole(trx, desk, { ...decision, role }),
      done: `is ${role} now, and has to sign in again`,
      already: `was ${role} already; nothing changed`,
    }),
  ],
  [
    'revoke',
    (role) => ({
      deed: (trx, desk, decision) => revokeRole(trx, desk, { ...decision, role }),
      done: `is no longer ${role}, and has to sign in again`,
      already: `was not ${role}; nothing changed`,
    }),
  ],
])

function readOrder(): Wanted | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { reason: { type: 'string' } },
    })
    const [verb = '', email, role, ...more] = positionals
    const known = ROLES.find((one) => one === role)
    const order = role === undefined ? ORDERS.get(verb) : known && ROLE_ORDERS.get(verb)?.(known)
    if (!order || !email || more.length > 0) return undefined
    return { order, email: email.trim().toLowerCase(), reason: values.reason }
  } catch {
    return undefined
  }
}

async function carryOut({ order, email, reason }: Wanted): Promise<string> {
  const db = openDb(env, { url: env.DATABASE_URL, as: 'migrate' })
  const boss = makeBoss(env, { role: 'sends', url: env.DATABASE_URL, onError: () => {} })
  const desk = {
    box: openSecretBox(env),
    boss,
    ip: null,
    userAgent: null,
    requestId: `person-${randomUUID()}`,
  }
  try {
    return await db.transaction().execute(async (trx) => {
      const targetId = await findIdOf(trx, email)
      if (!targetId) throw new StandingRefused('NOBODY')
      const changed = await order.deed(trx, desk, { actorId: null, targetId, ...(reason && { reason }) })
      return `${email} ${changed ? order.done : order.already}`
    })
  } finally {
    await boss.stop({ graceful: false })
    await db.destroy()
  }
}

const wanted = readOrder()
if (!wanted) {
  process.stderr.write(`${USAGE}\n`)
  process.exit(2)
}
await carryOut(wanted).then(
  (said) => process.stdout.write(`${said}\n`),
  (error: unknown) => {
    process.stderr.write(
      `person: ${error instanceof Error ? error.message || String(error) : String(error)}\n`,
    )
    process.exitCode = 1
  },
)

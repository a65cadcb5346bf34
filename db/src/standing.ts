import type { Role } from '@latchkey/shared/roles'
import { SYNTHETIC_DOMAIN } from '@latchkey/shared/synthetic'
import { type AuditOrigin, recordAudit } from './audit.ts'
import type { Trx } from './database.ts'
import { enqueueMail, type Mailroom } from './outbox.ts'
import { revokeFamilies } from './sessions.ts'
import {
  deleteRole,
  findOtherAdmin,
  findRole,
  insertRole,
  lockPerson,
  type Person,
  setStatus,
} from './standing.queries.ts'
import { consumeOpenTokens } from './tokens.ts'
import { deleteSynthetic } from './users.ts'

/** What decides whether a person may come in, and as what. Whether the actor may decide it, the caller has asked. */
export type Decision = { actorId: string | null; targetId: string; reason?: string }
export type RoleDecision = Decision & { role: Role }

/** Where a decision comes from, and how its letter leaves; the server's context is one. */
export type Desk = AuditOrigin & Mailroom

export const STANDING_REFUSALS = {
  NOBODY: 'there is no such person',
  LAST_ADMIN: 'this is the last active ADMIN; make another one first',
  NOT_SYNTHETIC: `only those whom a check has made can be removed: at ${SYNTHETIC_DOMAIN}, without a role`,
  EVERYBODYS_ROLE: 'everybody has the role USER; suspend the person instead',
} as const
export type StandingRefusal = keyof typeof STANDING_REFUSALS

export class StandingRefused extends Error {
  readonly why: StandingRefusal

  constructor(why: StandingRefusal) {
    super(STANDING_REFUSALS[why])
    this.name = 'StandingRefused'
    this.why = why
  }
}

/** Each says whether anything changed: false where it was so already, and then nothing is written anywhere. */
export async function suspendPerson(trx: Trx, desk: Desk, decision: Decision): Promise<boolean> {
  const person = await requirePerson(trx, decision, { mayLoseAdmin: true })
  if (person.status === 'suspended') return false
  await requireAdminBeside(trx, person.id)
  await setStatus(trx, { userId: person.id, status: 'suspended' })
  await revokeFamilies(trx, { userId: person.id })
  await consumeOpenTokens(trx, { userId: person.id })
  await recordAudit(trx, desk, { action: 'admin.suspend', ...entryOf(decision) })
  await tell(trx, desk, { person, letter: 'account-suspended' })
  return true
}

/** What was ended stays ended: they sign in anew. */
export async function restorePerson(trx: Trx, desk: Desk, decision: Decision): Promise<boolean> {
  const person = await requirePerson(trx, decision)
  if (person.status === 'active') return false
  await setStatus(trx, { userId: person.id, status: 'active' })
  await recordAudit(trx, desk, { action: 'admin.restore', ...entryOf(decision) })
  await tell(trx, desk, { person, letter: 'account-restored' })
  return true
}

/** Only of those who are nobody: what a check has made is taken away by whoever made it. */
export async function removePerson(trx: Trx, desk: Desk, decision: Decision): Promise<boolean> {
  const { id } = await requirePerson(trx, decision)
  if (!(await deleteSynthetic(trx, id))) throw new StandingRefused('NOT_SYNTHETIC')
  await recordAudit(trx, desk, { action: 'admin.remove_synthetic', ...entryOf(decision) })
  return true
}

/** Ends their sessions, because a session lives as long as the roles that it was made with allow. */
export async function grantRole(trx: Trx, desk: Desk, { role, ...decision }: RoleDecision): Promise<boolean> {
  const { id: userId } = await requirePerson(trx, decision)
  if (await findRole(trx, { userId, role })) return false
  await insertRole(trx, { userId, role })
  await revokeFamilies(trx, { userId })
  await recordAudit(trx, desk, { action: 'admin.grant_role', ...entryOf({ role, ...decision }) })
  return true
}

export async function revokeRole(
  trx: Trx,
  desk: Desk,
  { role, ...decision }: RoleDecision,
): Promise<boolean> {
  if (role === 'USER') throw new StandingRefused('EVERYBODYS_ROLE')
  const { id: userId } = await requirePerson(trx, decision, { mayLoseAdmin: role === 'ADMIN' })
  if (!(await findRole(trx, { userId, role }))) return false
  if (role === 'ADMIN') await requireAdminBeside(trx, userId)
  await deleteRole(trx, { userId, role })
  await revokeFamilies(trx, { userId })
  await recordAudit(trx, desk, { action: 'admin.revoke_role', ...entryOf({ role, ...decision }) })
  return true
}

async function requirePerson(
  trx: Trx,
  { targetId }: Decision,
  { mayLoseAdmin = false } = {},
): Promise<Person> {
  const person = await lockPerson(trx, { targetId, admins: mayLoseAdmin })
  if (!person) throw new StandingRefused('NOBODY')
  return person
}

async function requireAdminBeside(trx: Trx, userId: string): Promise<void> {
  if (!(await findRole(trx, { userId, role: 'ADMIN' }))) return
  if (!(await findOtherAdmin(trx, userId))) throw new StandingRefused('LAST_ADMIN')
}

/** What the audit keeps of a decision. */
const entryOf = <Facts extends object>({ actorId, targetId, ...facts }: Decision & Facts) => ({
  actorId,
  targetId,
  metadata: facts,
})

const tell = (
  trx: Trx,
  desk: Desk,
  { person, letter }: { person: Person; letter: 'account-suspended' | 'account-restored' },
) =>
  enqueueMail(trx, desk, {
    letter,
    // Where nobody has proved the address, its owner did not choose the name.
    params: { name: person.isEmailVerified ? person.displayName : null },
    to: person.email,
    userId: person.id,
  })

import type { UserStatus } from '@latchkey/db/tables/users'
import type { Env } from '@latchkey/shared/env'
import type { Role } from '@latchkey/shared/roles'

/**
 * The one policy of who may be in. Every way in asks here, whatever it proved before: signing in, changing a
 * password, renewing, and each request of a session. Only here is an `Entrant` made, and without one there is no
 * session to be had.
 */
export type Standing = { status: UserStatus; isEmailVerified: boolean; isLocked?: boolean }
export type Hindrance = 'suspended' | 'locked' | 'unverified'
type Policy = Pick<Env, 'REQUIRE_VERIFIED_EMAIL'>

/** In the order in which they are told to the audit. Nobody else is told which one it was. */
const HINDRANCES: [Hindrance, (standing: Standing, policy: Policy) => boolean][] = [
  ['suspended', ({ status }) => status !== 'active'],
  ['locked', ({ isLocked = false }) => isLocked],
  ['unverified', ({ isEmailVerified }, policy) => policy.REQUIRE_VERIFIED_EMAIL && !isEmailVerified],
]

export const hindranceOf = (policy: Policy, standing: Standing): Hindrance | undefined =>
  HINDRANCES.find(([, holds]) => holds(standing, policy))?.[0]

declare const admitted: unique symbol
type Person = { id: string; roles: readonly Role[] }
export type Entrant = Person & { readonly [admitted]: true }

export const admit = (policy: Policy, person: Person & Standing): Entrant | undefined =>
  hindranceOf(policy, person) ? undefined : (person as Person as Entrant)

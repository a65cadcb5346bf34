export const ROLES = ['USER', 'ADMIN', 'BILLING_ADMIN', 'SUPPORT'] as const
export type Role = (typeof ROLES)[number]

/** Roles whose sessions live shorter. */
export const PRIVILEGED_ROLES: readonly Role[] = ['ADMIN', 'BILLING_ADMIN', 'SUPPORT']

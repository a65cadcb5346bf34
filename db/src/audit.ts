import { compiledWrite } from './compiled.ts'
import type { Db } from './database.ts'

/** What may be remembered, and which facts with it. A key that is not here cannot be stored. */
export const AUDIT_EVENTS = {
  'user.register': ['displaced'],
  'user.register_again': [],
  'user.login': ['sessionFamily'],
  'user.login_failed': ['reason'],
  'user.lockout': [],
  'user.unlock': [],
  'user.verify_email': ['by', 'displaced'],
  'user.verify_email_failed': [],
  'user.resend_verification': [],
  'user.forgot_password': [],
  'user.reset_password': ['displaced'],
  'user.ask_change_email': [],
  'user.change_email': ['displaced'],
  'user.undo_change_email': ['displaced'],
  'user.not_me': [],
  'user.change_password': [],
  'user.change_password_failed': [],
  'user.logout': ['sessionFamily'],
  'access.denied': ['procedure'],
  'captcha.required': ['act', 'wanted', 'answer', 'because'],
  'captcha.passed': ['act', 'answer', 'because'],
  'captcha.refused': ['act', 'answer', 'because'],
  'limiter.degraded': [],
  'limiter.restored': [],
  'session.refresh': ['sessionFamily'],
  'session.step_up': ['sessionFamily'],
  'session.step_up_failed': [],
  'session.revoke': ['sessionFamily'],
  'session.reuse_detected': ['sessionFamily'],
  'session.binding_mismatch': ['sessionFamily'],
  'profile.update': ['fields'],
  'mail.bounced': ['letter'],
  'mail.dropped': ['letter', 'because'],
  'mail.failed': ['letter'],
  'admin.bootstrap': [],
  'admin.suspend': ['reason'],
  'admin.restore': ['reason'],
  'admin.remove_synthetic': ['reason'],
  'admin.grant_role': ['role', 'reason'],
  'admin.revoke_role': ['role', 'reason'],
} as const satisfies Record<string, readonly string[]>

export type AuditAction = keyof typeof AUDIT_EVENTS
export type AuditEntry<A extends AuditAction> = {
  action: A
  actorId: string | null
  targetId?: string | null
  metadata?: Partial<Record<(typeof AUDIT_EVENTS)[A][number], string | number | boolean>>
}
/** Where a request came from; the server's context is one. */
export type AuditOrigin = { ip: string | null; userAgent: string | null; requestId: string }

/** Takes `trx` in an act that changes something, so that the event stands or falls with the change. */
export async function recordAudit<A extends AuditAction>(
  db: Db,
  origin: AuditOrigin,
  { action, actorId, targetId = null, metadata = {} }: AuditEntry<A>,
): Promise<void> {
  await insertEvent(db, {
    action,
    actorId,
    targetId,
    ip: origin.ip,
    userAgent: origin.userAgent,
    requestId: origin.requestId,
    metadata: JSON.stringify(allowed(action, metadata)),
  })
}

type NewEvent = AuditOrigin & {
  action: AuditAction
  actorId: string | null
  targetId: string | null
  metadata: string
}

const insertEvent = compiledWrite((db, event: NewEvent) =>
  db.insertInto('auditEvents').values({
    action: event.action,
    actorId: event.actorId,
    targetId: event.targetId,
    ip: event.ip,
    userAgent: event.userAgent,
    requestId: event.requestId,
    metadata: event.metadata,
  }),
)

/** The types already say so; this holds for a value that slipped past them. */
function allowed(action: AuditAction, metadata: object): Record<string, unknown> {
  const keys: readonly string[] = AUDIT_EVENTS[action]
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => keys.includes(key)))
}

import { PASSWORD, aUser } from '../test/actors.ts'
import { aLink, linkFor } from '../test/letters.ts'
import type { TestHost } from '../test/host.ts'
import type { ProcedureName } from '../rest/rows.ts'
import type { ErrorCode } from '@latchkey/shared/errors'
import type { Role } from '@latchkey/shared/roles'
import { type ObjectKind } from './test/objects.ts'
import type { Caller } from './test/callers.ts'

/**
 * Who may do what, written by hand and without a look at the code that decides it. A new procedure wants a line:
 * who may call it; what it is asked with, if with anything; and if it names an object, which, and what becomes of
 * somebody else's and of one that is not there.
 */
export type Line = {
  may: 'anyone' | 'signedIn' | Role
  /** Only for whoever has shown within minutes who they are. */
  sudo?: true
  input?: (scene: Scene) => object | Promise<object>
  object?: { kind: ObjectKind; foreign: 'ok' | ErrorCode; missing: 'ok' | ErrorCode }
}
export type Scene = { host: TestHost; caller: Caller; id: string }

const NEW_PASSWORD = 'copper-meadow-violin-58'
const aMailbox = () => ({ email: `${crypto.randomUUID()}@example.com` })

export const POLICY: Readonly<Record<ProcedureName, Line>> = {
  'audit.mine': { may: 'signedIn', input: () => ({ limit: 5 }) },
  'auth.changePassword': {
    may: 'signedIn',
    input: () => ({ currentPassword: PASSWORD, password: NEW_PASSWORD }),
  },
  'auth.changeEmail': { may: 'signedIn', sudo: true, input: aMailbox },
  'auth.confirmChangeEmail': {
    may: 'signedIn',
    input: ({ host, caller }) =>
      linkFor(host, { userId: caller.id, type: 'change_email', payload: aMailbox() }),
  },
  'auth.csrf': { may: 'anyone' },
  'auth.forgotPassword': { may: 'anyone', input: aMailbox },
  'auth.letterFate': { may: 'anyone', input: aMailbox },
  'auth.login': {
    may: 'anyone',
    input: async ({ host }) => ({ email: (await aUser(host)).email, password: PASSWORD }),
  },
  'auth.logout': { may: 'signedIn' },
  'auth.notMe': { may: 'anyone', input: ({ host }) => aLink(host, 'not_me') },
  'auth.refresh': { may: 'signedIn' },
  'auth.register': {
    may: 'anyone',
    input: () => ({ email: `${crypto.randomUUID()}@example.com`, password: PASSWORD }),
  },
  'auth.resendVerification': { may: 'anyone', input: aMailbox },
  'auth.resetPassword': {
    may: 'anyone',
    input: async ({ host }) => ({ ...(await aLink(host, 'reset_password')), password: NEW_PASSWORD }),
  },
  'auth.stepUp': { may: 'signedIn', input: () => ({ password: PASSWORD }) },
  'auth.undoChangeEmail': { may: 'anyone', input: ({ host }) => aLink(host, 'undo_change_email') },
  'auth.unlock': { may: 'anyone', input: ({ host }) => aLink(host, 'unlock_account') },
  'auth.verifyEmail': {
    may: 'anyone',
    input: async ({ host }) => ({ ...(await aLink(host, 'verify_email')), password: PASSWORD }),
  },
  'captcha.ask': { may: 'anyone', input: () => ({ act: 'login' }) },
  'health.get': { may: 'anyone' },
  'jobs.ping': { may: 'ADMIN' },
  'jobs.pingResult': {
    may: 'ADMIN',
    input: ({ id }) => ({ id }),
    object: { kind: 'ping', foreign: 'ok', missing: 'ok' },
  },
  'profile.update': { may: 'signedIn', input: () => ({ displayName: 'Ada' }) },
  'session.list': { may: 'signedIn' },
  'session.revoke': {
    may: 'signedIn',
    input: ({ id }) => ({ id }),
    object: { kind: 'session', foreign: 'NOT_FOUND', missing: 'NOT_FOUND' },
  },
  'session.revokeOthers': { may: 'signedIn' },
  'user.mailbox': { may: 'signedIn' },
  'user.me': { may: 'signedIn' },
}

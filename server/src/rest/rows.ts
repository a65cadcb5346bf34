import type { AnyTRPCProcedure } from '@trpc/server'
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '@latchkey/shared/demo'
import type { Health } from '@latchkey/shared/schemas/health'
import type { AppRouter } from '../router.ts'

type NamesIn<Record> = {
  [Key in keyof Record & string]: Record[Key] extends AnyTRPCProcedure
    ? Key
    : `${Key}.${NamesIn<Record[Key]>}`
}[keyof Record & string]
/** A misspelt procedure does not compile. */
export type ProcedureName = NamesIn<AppRouter['_def']['record']>

export type Method = 'get' | 'post' | 'patch' | 'delete'
export type Row = {
  method: Method
  path: string
  procedure: ProcedureName
  also: readonly string[]
  /** Other paths that only the network inside asks; they are not part of the contract. */
  inside: readonly string[]
  status: number | ((output: never) => number)
  /** Statuses of this row alone. What any request or any write may answer stands in `openapi.ts`. */
  says: readonly number[]
  /** For readers of the document: one line, what else is worth knowing, and a body that works as it is. */
  summary: string
  description?: string
  example?: Record<string, unknown>
}

type Told = Pick<Row, 'summary'> & Partial<Row>

function row(method: Method, path: string, procedure: ProcedureName, told: Told): Row {
  return { also: [], inside: [], status: 200, says: [], ...told, method, path, procedure }
}

/** The whole REST API: which URLs open which procedure. */
export const ROWS: readonly Row[] = [
  row('get', '/api/auth/csrf', 'auth.csrf', {
    also: ['/api/users/csrf'],
    summary: 'Get a CSRF token',
    description:
      'Every write shows this token in `X-CSRF-Token`, beside the cookie that comes with it. It changes at login and logout.',
  }),
  row('post', '/api/auth/register', 'auth.register', {
    also: ['/api/users/signup', '/v1/auth/register'],
    status: 202,
    summary: 'Register an account',
    description:
      'Answers the same whether the address was free or taken; the mail tells its owner. Opens no session.',
    example: { email: 'grace@example.com', password: 'violet-harbour-mango-42', displayName: 'Grace' },
  }),
  row('post', '/api/auth/login', 'auth.login', {
    also: ['/api/users/login', '/v1/auth/login'],
    says: [401],
    summary: 'Sign in',
    description: 'Sets the session cookie and a new CSRF cookie. Every failure is the same 401.',
    example: { email: DEMO_ACCOUNTS[1].email, password: DEMO_PASSWORD },
  }),
  row('post', '/api/auth/captcha', 'captcha.ask', {
    summary: 'Ask for a question that robots find tiresome',
    description:
      'After some failures login and register answer 403 `CAPTCHA_REQUIRED`. The work that is asked for here is done with any ALTCHA solver; its answer goes into `captchaToken`, once and within five minutes. Who is asked again for all that shows a token of Turnstile there, if this product has it.',
    example: { act: 'login' },
  }),
  row('post', '/api/auth/logout', 'auth.logout', {
    also: ['/api/users/logout', '/v1/auth/logout'],
    summary: 'Sign out',
    description: 'Ends the session at once and expires its cookies.',
  }),
  row('post', '/api/auth/refresh', 'auth.refresh', {
    also: ['/v1/auth/refresh'],
    summary: 'Renew the session token',
    description:
      'Sets a new session cookie. The old token answers until 30 seconds after the new one was first used; shown later, it ends the sign-in.',
  }),
  row('post', '/api/auth/change-password', 'auth.changePassword', {
    summary: 'Change the password',
    description:
      'Ends every sign-in of this person and leaves the caller a new one. The owner is told by mail.',
    example: { currentPassword: DEMO_PASSWORD, password: 'violet-harbour-mango-42' },
  }),
  row('post', '/api/auth/verify-email', 'auth.verifyEmail', {
    also: ['/api/users/verify-email', '/v1/auth/verify-email'],
    says: [400],
    summary: 'Confirm an address',
    description:
      'With the token of the letter, or the address and the code. Done in the browser that registered, that is all; elsewhere it needs the password that was chosen at registration (400 `PASSWORD_NEEDED`, nothing is spent), or a `newPassword` from whoever chose none, and then nothing of the earlier registration stays. Opens no session.',
    example: { token: 'Zk0mS1rj8o4vXc2Tq7uYw5nB9dLfHgPaEiRtVsNxKzM' },
  }),
  row('post', '/api/auth/resend-verification', 'auth.resendVerification', {
    also: ['/v1/auth/resend-verification'],
    summary: 'Ask for another letter that confirms an address',
    description: 'Answers the same whether there is such an account or not. A newer link ends the older one.',
    example: { email: 'grace@example.com' },
  }),
  row('post', '/api/auth/forgot-password', 'auth.forgotPassword', {
    also: ['/api/users/forgot-password', '/v1/auth/forgot-password'],
    summary: 'Ask for a letter that lets its reader choose a new password',
    description: 'Answers the same whether there is such an account or not. A newer link ends the older one.',
    example: { email: 'grace@example.com' },
  }),
  row('post', '/api/auth/reset-password', 'auth.resetPassword', {
    also: ['/api/users/reset-password', '/v1/auth/reset-password'],
    says: [400],
    summary: 'Choose a new password by mail',
    description:
      'With the token of the letter, or the address and the code. Ends every sign-in of this person and opens none; the owner is told by mail.',
    example: {
      token: 'Zk0mS1rj8o4vXc2Tq7uYw5nB9dLfHgPaEiRtVsNxKzM',
      password: 'violet-harbour-mango-42',
    },
  }),
  row('post', '/api/auth/step-up', 'auth.stepUp', {
    summary: 'Show once more that it is you',
    description:
      'For ten minutes this sign-in, and no other, may do what otherwise answers 403 `STEP_UP_REQUIRED`. Signing in counts as well.',
    example: { password: DEMO_PASSWORD },
  }),
  row('post', '/api/auth/change-email', 'auth.changeEmail', {
    summary: 'Ask for another email address',
    description:
      'Needs a sign-in that has stepped up. Nothing changes until the new address is confirmed; the old one is told, with a way to undo it. Answers the same whether the new address is free or taken.',
    example: { email: 'grace.hopper@example.com' },
  }),
  row('post', '/api/auth/change-email/confirm', 'auth.confirmChangeEmail', {
    says: [400],
    summary: 'Confirm the new email address',
    description:
      'With the token of the letter, or with its code, by whoever asked for it. To somebody else who is signed in the token is none, and nothing is spent.',
    example: { token: 'Zk0mS1rj8o4vXc2Tq7uYw5nB9dLfHgPaEiRtVsNxKzM' },
  }),
  row('post', '/api/auth/change-email/undo', 'auth.undoChangeEmail', {
    says: [400, 409],
    summary: 'Undo a change of the email address',
    description:
      'With the token of the letter to the address before. Restores that address, ends every sign-in and the password, and answers with a token for `reset-password`.',
    example: { token: 'Zk0mS1rj8o4vXc2Tq7uYw5nB9dLfHgPaEiRtVsNxKzM' },
  }),
  row('post', '/api/auth/not-me', 'auth.notMe', {
    says: [400, 409],
    summary: 'Say that it was somebody else',
    description:
      'With the token of a letter that told of a new device or a new password. Restores the address that the letter went to, ends every sign-in and the password, and answers with a token for `reset-password`.',
    example: { token: 'Zk0mS1rj8o4vXc2Tq7uYw5nB9dLfHgPaEiRtVsNxKzM' },
  }),
  row('post', '/api/auth/unlock', 'auth.unlock', {
    says: [400],
    summary: 'Let strangers’ devices sign in again',
    description:
      'With the token of the letter that told of too many wrong passwords. Good once, for an hour; opens no session.',
    example: { token: 'Zk0mS1rj8o4vXc2Tq7uYw5nB9dLfHgPaEiRtVsNxKzM' },
  }),
  row('get', '/api/auth/sessions', 'session.list', {
    summary: 'List where this person is signed in',
    description: 'The session at hand first, then whichever was seen last.',
  }),
  row('post', '/api/auth/sessions/revoke', 'session.revoke', {
    says: [404],
    summary: 'End one sign-in',
    description:
      'It fails on its next request. The id of somebody else and one that is not there are the same 404.',
    example: { id: '5f0c7a52-2d3f-4a44-9d7e-3d6f6a1b9c01' },
  }),
  row('post', '/api/auth/sessions/revoke-others', 'session.revokeOthers', {
    summary: 'End every other sign-in',
  }),
  row('get', '/api/auth/me', 'user.me', {
    also: ['/api/users/me', '/v1/auth/me'],
    summary: 'Get the signed-in person',
  }),
  row('patch', '/api/users/me', 'profile.update', {
    summary: 'Change what the signed-in person says of themselves',
    description: 'What is left out stays. Null takes it away.',
    example: { displayName: 'Grace Hopper', bio: 'Finds the moth.' },
  }),
  row('get', '/api/users/me/audit', 'audit.mine', {
    summary: 'List what happened to this account',
    description: 'Newest first. `next` is the `before` of the page that follows, or null on the last one.',
  }),
  row('get', '/api/health', 'health.get', {
    inside: ['/health', '/internal/health'],
    status: (output: Health) => (output.ok ? 200 : 503),
    says: [200, 503],
    summary: 'Ask whether the service works',
    description: 'Asks the database each time. The body is the same with either status.',
  }),
]

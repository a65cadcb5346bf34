type EventWords = { sentence: string; watch: boolean }

/** What the audit remembers, as its owner reads it. A mirror test holds the names equal to the audit's own. */
const USUAL: Record<string, string> = {
  'user.register': 'Your account was made',
  'user.login': 'Signed in',
  'user.logout': 'Signed out',
  'user.change_password': 'Password changed',
  'user.unlock': 'Signing in allowed again, by the link in a letter',
  'session.refresh': 'Sign-in renewed',
  'session.revoke': 'A sign-in was ended',
  'captcha.passed': 'Shown not to be a robot',
  'admin.bootstrap': 'First administrator made',
  'admin.restore': 'Account opened again',
}

/** What its owner should look at twice. */
const WATCH: Record<string, string> = {
  'user.register_again': 'Somebody tried to register with your address',
  'user.login_failed': 'A sign-in failed',
  'user.lockout': 'New browsers had to wait after many wrong passwords',
  'user.change_password_failed': 'A change of the password failed',
  'session.reuse_detected': 'A copied sign-in was noticed and ended',
  'session.binding_mismatch': 'A sign-in was refused in another browser',
  'captcha.required': 'Asked to show that it is no robot',
  'access.denied': 'Something was asked for that this account may not do',
  'admin.suspend': 'Account suspended',
  'admin.grant_role': 'Role given',
  'admin.revoke_role': 'Role taken away',
}

export const wordsOf = (action: string): EventWords => ({
  sentence: USUAL[action] ?? WATCH[action] ?? `Something else (${action})`,
  watch: Object.hasOwn(WATCH, action),
})

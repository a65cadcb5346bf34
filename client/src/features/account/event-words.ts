type EventWords = { sentence: string; watch: boolean }

/** What the audit remembers, as its owner reads it. A mirror test holds the names equal to the audit's own. */
const USUAL: Record<string, string> = {
  'user.register': 'Your account was made',
  'user.login': 'Signed in',
  'user.logout': 'Signed out',
  'user.verify_email': 'Address confirmed',
  'user.resend_verification': 'Another letter to confirm the address was asked for',
  'user.change_password': 'Password changed',
  'user.unlock': 'Signing in allowed again, by the link in a letter',
  'session.refresh': 'Sign-in renewed',
  'session.step_up': 'Password entered once more',
  'session.revoke': 'A sign-in was ended',
  'profile.update': 'Profile changed',
  'captcha.passed': 'Shown not to be a robot',
  'admin.bootstrap': 'First administrator made',
  'limiter.restored': 'Tries are counted in the usual place again',
  'admin.restore': 'Account opened again',
  'admin.remove_synthetic': 'Account of a check removed',
}

/** What its owner should look at twice. */
const WATCH: Record<string, string> = {
  'user.register_again': 'Somebody tried to register with your address',
  'user.login_failed': 'A sign-in failed',
  'user.lockout': 'New browsers had to wait after many wrong passwords',
  'user.verify_email_failed': 'The address was not confirmed: a wrong password',
  'user.forgot_password': 'A letter for a new password was asked for',
  'user.reset_password': 'New password chosen by mail',
  'user.ask_change_email': 'Another email address was asked for',
  'user.change_email': 'Email address changed',
  'user.undo_change_email': 'Change of the email address undone, and everybody locked out',
  'user.not_me': 'Everybody locked out, by the link in a letter',
  'user.change_password_failed': 'A change of the password failed',
  'session.step_up_failed': 'A wrong password, when it was asked for once more',
  'session.reuse_detected': 'A copied sign-in was noticed and ended',
  'session.binding_mismatch': 'A sign-in was refused in another browser',
  'captcha.required': 'Asked to show that it is no robot',
  'captcha.refused': 'Refused as a robot, whatever was shown',
  'limiter.degraded': 'Tries are counted in a second place',
  'mail.bounced': 'A letter to you came back',
  'mail.dropped': 'A letter to you was not sent',
  'mail.failed': 'A letter to you could not be sent',
  'access.denied': 'Something was asked for that this account may not do',
  'admin.suspend': 'Account suspended',
  'admin.grant_role': 'Role given',
  'admin.revoke_role': 'Role taken away',
}

export const wordsOf = (action: string): EventWords => ({
  sentence: USUAL[action] ?? WATCH[action] ?? `Something else (${action})`,
  watch: Object.hasOwn(WATCH, action),
})

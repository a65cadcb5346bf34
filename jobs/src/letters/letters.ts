import type { Env } from '@latchkey/shared/env'
import { LETTERS, type LetterName, type LetterParams, type WrittenLetter } from '@latchkey/shared/letters'
import { accountExists } from './account-exists.ts'
import { accountLocked } from './account-locked.ts'
import { accountRestored } from './account-restored.ts'
import { accountSuspended } from './account-suspended.ts'
import { changeEmail } from './change-email.ts'
import { emailChanging } from './email-changing.ts'
import { newDevice } from './new-device.ts'
import { type Page, layOut } from './page.ts'
import { passwordChanged } from './password-changed.ts'
import { resetPassword } from './reset-password.ts'
import { sessionEnded } from './session-ended.ts'
import { verifyEmail } from './verify-email.ts'

export type LetterEnv = Pick<Env, 'PUBLIC_URL' | 'VERIFY_EMAIL_TTL_SECONDS' | 'RESET_PASSWORD_TTL_SECONDS'>
type Write<N extends LetterName> = (params: LetterParams<N>, env: LetterEnv) => Page

/** One line a letter: pure words, laid out the same way. */
const WRITES: { [N in LetterName]: Write<N> } = {
  'verify-email': verifyEmail,
  'reset-password': resetPassword,
  'change-email': changeEmail,
  'email-changing': emailChanging,
  'new-device': newDevice,
  'account-exists': accountExists,
  'account-locked': accountLocked,
  'account-suspended': accountSuspended,
  'account-restored': accountRestored,
  'password-changed': passwordChanged,
  'session-ended': sessionEnded,
}

export function writeLetter<N extends LetterName>(name: N, params: unknown, env: LetterEnv): WrittenLetter {
  const write: Write<N> = WRITES[name]
  return layOut(write(LETTERS[name].parse(params) as LetterParams<N>, env), env)
}

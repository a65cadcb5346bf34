import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import { durationOf } from './duration.ts'
import type { LetterEnv } from './letters.ts'
import { greeting, type Page } from './page.ts'

export const resetPassword = (
  { name, token, code }: LetterParams<'reset-password'>,
  env: LetterEnv,
): Page => ({
  subject: 'Choose a new password',
  paragraphs: [
    greeting(name),
    `Somebody, we hope you, has asked for a new password for your account at ${BRAND.name}. Choose it here:`,
  ],
  action: { label: 'Choose a new password', href: `${env.PUBLIC_URL}/reset-password#token=${token}` },
  code: { label: 'Or type this code where you asked for it, within 15 minutes', value: code },
  closing: `The link is good for ${durationOf(env.RESET_PASSWORD_TTL_SECONDS)}, once. If it was not you, do nothing: your password stays as it is.`,
})

import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import { LIFETIME_SECONDS } from '@latchkey/shared/limits'
import { durationOf } from './duration.ts'
import type { LetterEnv } from './letters.ts'
import { goodFor, greeting, linkWith, type Page } from './page.ts'

export const resetPassword = (
  { name, token, code }: LetterParams<'reset-password'>,
  env: LetterEnv,
): Page => ({
  subject: 'Choose a new password',
  preview: `Here is the link that you asked for. Until you use it, your password stays as it is.`,
  paragraphs: [
    greeting(name),
    `Somebody, we hope you, has asked for a new password for your account at ${BRAND.name}. You can choose it here.`,
  ],
  action: {
    label: 'Choose a new password',
    href: linkWith(env, '/reset-password', token),
    goodFor: goodFor(env.RESET_PASSWORD_TTL_SECONDS, ', once'),
  },
  code: {
    label: `Or type this code where you asked for it, within ${durationOf(LIFETIME_SECONDS.oneTimeCode)}`,
    value: code,
  },
  closing: 'If it was not you, do nothing: your password stays as it is.',
})

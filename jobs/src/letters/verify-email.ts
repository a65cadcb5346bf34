import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import { LIFETIME_SECONDS } from '@latchkey/shared/limits'
import { durationOf } from './duration.ts'
import type { LetterEnv } from './letters.ts'
import { goodFor, greeting, linkWith, type Page } from './page.ts'

export const verifyEmail = ({ name, token, code }: LetterParams<'verify-email'>, env: LetterEnv): Page => ({
  subject: 'Confirm your email address',
  preview: `One click, and your account at ${BRAND.name} knows that this address is yours.`,
  paragraphs: [
    greeting(name),
    `Somebody, we hope you, has registered at ${BRAND.name} with this address. Please confirm that it is yours.`,
  ],
  action: {
    label: 'Confirm this address',
    href: linkWith(env, '/verify-email', token),
    goodFor: goodFor(env.VERIFY_EMAIL_TTL_SECONDS),
  },
  code: {
    label: `Or type this code where you registered, within ${durationOf(LIFETIME_SECONDS.oneTimeCode)}`,
    value: code,
  },
  closing:
    'In another browser than the one you registered with, you are asked for your password too. If it was not you, do nothing: the address stays unconfirmed.',
})

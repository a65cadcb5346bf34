import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import { LIFETIME_SECONDS } from '@latchkey/shared/limits'
import { durationOf } from './duration.ts'
import type { LetterEnv } from './letters.ts'
import { goodFor, greeting, linkWith, type Page } from './page.ts'

/** To the address that is to be the one. */
export const changeEmail = ({ name, token, code }: LetterParams<'change-email'>, env: LetterEnv): Page => ({
  subject: 'Confirm your new email address',
  preview: `Until you do, your account at ${BRAND.name} keeps the address it has.`,
  paragraphs: [
    greeting(name),
    `Somebody, we hope you, wants this to be the address of their account at ${BRAND.name}. If that was you, confirm it where you are signed in.`,
  ],
  action: {
    label: 'Confirm the new address',
    href: linkWith(env, '/confirm-email', token),
    goodFor: goodFor(LIFETIME_SECONDS.changeEmailLink, ', once'),
  },
  code: {
    label: `Or type this code where you asked for the change, within ${durationOf(LIFETIME_SECONDS.oneTimeCode)}`,
    value: code,
  },
  closing: 'If it was not you, do nothing: nothing changes.',
})

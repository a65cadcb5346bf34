import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import { durationOf } from './duration.ts'
import type { LetterEnv } from './letters.ts'
import { greeting, type Page } from './page.ts'

/** The token stands behind `#`, which browsers keep to themselves: no log and no scanner's server sees it. */
export const verifyEmail = ({ name, token, code }: LetterParams<'verify-email'>, env: LetterEnv): Page => ({
  subject: 'Confirm your email address',
  paragraphs: [
    greeting(name),
    `Somebody, we hope you, has registered at ${BRAND.name} with this address. Confirm that it is yours:`,
  ],
  action: { label: 'Confirm this address', href: `${env.PUBLIC_URL}/verify-email#token=${token}` },
  code: { label: 'Or type this code where you registered, within 15 minutes', value: code },
  closing: `The link is good for ${durationOf(env.VERIFY_EMAIL_TTL_SECONDS)}. If it was not you, do nothing: without it the address stays unconfirmed.`,
})

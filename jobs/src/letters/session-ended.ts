import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import type { LetterEnv } from './letters.ts'
import { greeting, type Page } from './page.ts'

/** An old session token came back: somebody else may have a copy of it. */
export const sessionEnded = ({ name, client }: LetterParams<'session-ended'>, env: LetterEnv): Page => ({
  subject: 'We signed you out to be safe',
  paragraphs: [
    greeting(name),
    `A sign-in of yours at ${BRAND.name} was used again after it had been replaced, by ${client}. That can mean that somebody has a copy of it, so we have ended it everywhere.`,
  ],
  action: { label: 'Sign in again', href: `${env.PUBLIC_URL}/login` },
  closing: 'If you do not know that device, change your password after you have signed in.',
})

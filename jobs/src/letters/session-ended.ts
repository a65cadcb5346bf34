import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import type { LetterEnv } from './letters.ts'
import { greeting, type Page } from './page.ts'

/** An old session token came back: somebody else may have a copy of it. */
export const sessionEnded = ({ name, client }: LetterParams<'session-ended'>, env: LetterEnv): Page => ({
  subject: 'We signed you out to be safe',
  preview: 'One of your sign-ins may have been copied, so we ended it.',
  paragraphs: [
    greeting(name),
    `One of your sign-ins at ${BRAND.name} was shown to us again after it had been renewed, by ${client}. That can mean that somebody has a copy of it, so we ended that sign-in everywhere.`,
    'Your other sign-ins go on as they are, and your password was not touched.',
  ],
  action: { label: 'Sign in again', href: `${env.PUBLIC_URL}/login` },
  closing: 'If you do not know that device, change your password after you have signed in.',
})

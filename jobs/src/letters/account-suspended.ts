import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import type { LetterEnv } from './letters.ts'
import { greeting, type Page } from './page.ts'

/** The one place where a suspended person hears of it: the sign-in page says the same to everybody. */
export const accountSuspended = ({ name }: LetterParams<'account-suspended'>, env: LetterEnv): Page => ({
  subject: 'Your account is suspended',
  preview: 'Nothing in it was deleted. Signing in does not work until it is restored.',
  paragraphs: [
    greeting(name),
    `Your account at ${BRAND.name} was suspended. You are signed out everywhere, and signing in does not work until it is restored. Links and codes that were sent to you before no longer work either.`,
    'Nothing in it was deleted.',
  ],
  action: { label: `Go to ${BRAND.name}`, href: env.PUBLIC_URL },
  closing: 'If you think that this is a mistake, write to the people who run this site.',
})

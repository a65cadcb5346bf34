import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import type { LetterEnv } from './letters.ts'
import { greeting, type Page } from './page.ts'

/** What the owner hears when strangers were locked out; the strangers hear nothing. */
export const accountLocked = ({ name }: LetterParams<'account-locked'>, env: LetterEnv): Page => ({
  subject: 'Somebody is guessing your password',
  paragraphs: [
    greeting(name),
    `Several wrong passwords in a row were tried for your account at ${BRAND.name}. For a while nobody can sign in to it from a device that has not done so before, not even with the right password.`,
    'A browser that you have signed in with before works as always. Elsewhere, wait some minutes; each further round of guesses makes it longer, up to an hour.',
  ],
  action: { label: 'Sign in', href: `${env.PUBLIC_URL}/login` },
  closing: 'Your password was not found out. If it is one that you use elsewhere too, change it.',
})

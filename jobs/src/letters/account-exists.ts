import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import type { LetterEnv } from './letters.ts'
import { greeting, type Page } from './page.ts'

/** What the owner of an address hears when somebody registers with it again, or wants to move there. */
export const accountExists = ({ name }: LetterParams<'account-exists'>, env: LetterEnv): Page => ({
  subject: 'You already have an account',
  preview: 'Somebody tried to use this address for another one. Nothing was changed.',
  paragraphs: [
    greeting(name),
    `Somebody, perhaps you, tried to use this address for another account at ${BRAND.name}. It has one already, and nothing about that was changed.`,
    'If it was you, sign in to the one you have. If you no longer know its password, you can choose a new one from the sign-in page.',
  ],
  action: { label: 'Sign in', href: `${env.PUBLIC_URL}/login` },
  closing: 'If it was not you, there is nothing to do.',
})

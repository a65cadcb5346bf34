import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import type { LetterEnv } from './letters.ts'
import { greeting, type Page } from './page.ts'

/** What the owner of an address hears when somebody registers with it again. */
export const accountExists = ({ name }: LetterParams<'account-exists'>, env: LetterEnv): Page => ({
  subject: 'You already have an account',
  paragraphs: [
    greeting(name),
    `Somebody, perhaps you, tried to register at ${BRAND.name} with this address. It has an account already, and nothing about it was changed.`,
  ],
  action: { label: 'Sign in', href: `${env.PUBLIC_URL}/login` },
  closing: 'If it was not you, you need not do anything.',
})

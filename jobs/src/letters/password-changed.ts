import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import type { LetterEnv } from './letters.ts'
import { greeting, type Page } from './page.ts'

/** A notice after the fact, so that a change by somebody else does not go unseen. */
export const passwordChanged = (
  { name, by, token }: LetterParams<'password-changed'>,
  env: LetterEnv,
): Page => ({
  subject: 'Your password was changed',
  paragraphs: [
    greeting(name),
    `The password of your account at ${BRAND.name} was changed just now, ${HOW[by]}`,
    'If that was you, there is nothing to do.',
  ],
  action: { label: 'This was not me', href: `${env.PUBLIC_URL}/not-me#token=${token}` },
  closing: 'That signs out everybody, and lets you choose a new password. The link is good for 7 days.',
})

const HOW = {
  change: 'by somebody who knew the one before. Every browser but that one has been signed out.',
  reset: 'by a letter to this address. Every browser has been signed out.',
}

import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import { LIFETIME_SECONDS } from '@latchkey/shared/limits'
import type { LetterEnv } from './letters.ts'
import { goodFor, greeting, linkWith, type Page } from './page.ts'

/** A notice after the fact, so that a change by somebody else does not go unseen. */
export const passwordChanged = (
  { name, by, token }: LetterParams<'password-changed'>,
  env: LetterEnv,
): Page => ({
  subject: 'Your password was changed',
  preview: 'If that was you, there is nothing to do. If not, you can say so here.',
  paragraphs: [
    greeting(name),
    `The password of your account at ${BRAND.name} was changed just now, ${HOW[by]}`,
    'If that was you, there is nothing to do.',
    'If it was not you, say so here. Everybody is signed out, and you choose a new password.',
  ],
  action: {
    label: 'This was not me',
    href: linkWith(env, '/not-me', token),
    goodFor: goodFor(LIFETIME_SECONDS.notMeLink, ', once'),
  },
  closing: 'You get this letter whenever your password changes.',
})

const HOW = {
  change: 'by somebody who knew the one before. Every browser but theirs was signed out.',
  reset: 'with a letter to this address. Every browser was signed out.',
}

import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import type { LetterEnv } from './letters.ts'
import { greeting, type Page } from './page.ts'

/** A notice after the fact, so that a change by somebody else does not go unseen. */
export const passwordChanged = ({ name }: LetterParams<'password-changed'>, env: LetterEnv): Page => ({
  subject: 'Your password was changed',
  paragraphs: [
    greeting(name),
    `The password of your account at ${BRAND.name} was changed just now. Every browser but the one that did it has been signed out.`,
  ],
  action: { label: 'Sign in', href: `${env.PUBLIC_URL}/login` },
  closing:
    'If that was you, all is well. If not, whoever did it knew your old password: sign in and end all sessions if you still can, and tell us at once.',
})

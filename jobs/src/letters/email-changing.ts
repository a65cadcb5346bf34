import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import { LIFETIME_SECONDS } from '@latchkey/shared/limits'
import type { LetterEnv } from './letters.ts'
import { goodFor, greeting, linkWith, type Page } from './page.ts'

/** To the address that was the one: the only place where a change by somebody else can be seen, and undone. */
export const emailChanging = (
  { name, newEmail, token }: LetterParams<'email-changing'>,
  env: LetterEnv,
): Page => ({
  subject: 'Your email address is being changed',
  preview: 'If that was you, there is nothing to do. If not, you can undo it here.',
  paragraphs: [
    greeting(name),
    `The address of your account at ${BRAND.name} is to be ${newEmail}, as soon as that address is confirmed. This letter goes to the one that it has had until now.`,
    'If that was you, there is nothing to do.',
    'If it was not you, undo it. Your account keeps this address, or gets it back; everybody is signed out, and you choose a new password.',
  ],
  action: {
    label: 'Undo this change',
    href: linkWith(env, '/undo-email', token),
    goodFor: goodFor(LIFETIME_SECONDS.undoChangeEmailLink, ', once, and also after the change'),
  },
  closing: 'Nothing changes before the new address is confirmed.',
})

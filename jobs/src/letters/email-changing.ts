import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import type { LetterEnv } from './letters.ts'
import { greeting, type Page } from './page.ts'

/** To the address that was the one: the only place where a change by somebody else can be seen, and undone. */
export const emailChanging = (
  { name, newEmail, token }: LetterParams<'email-changing'>,
  env: LetterEnv,
): Page => ({
  subject: 'Your email address is being changed',
  paragraphs: [
    greeting(name),
    `The address of your account at ${BRAND.name} is to be ${newEmail}, as soon as that is confirmed. This letter goes to the address that it has had until now.`,
    'If that was you, there is nothing to do here. If not, undo it: your account keeps or gets back this address, everybody is signed out, and you choose a new password.',
  ],
  action: { label: 'Undo this change', href: `${env.PUBLIC_URL}/undo-email#token=${token}` },
  closing: 'The link is good for 7 days, also after the change.',
})

import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import type { LetterEnv } from './letters.ts'
import { greeting, type Page } from './page.ts'

/** To the address that is to be the one. */
export const changeEmail = ({ name, token, code }: LetterParams<'change-email'>, env: LetterEnv): Page => ({
  subject: 'Confirm your new email address',
  paragraphs: [
    greeting(name),
    `This address is to become the one of your account at ${BRAND.name}. Confirm that it is yours:`,
  ],
  action: { label: 'Confirm this address', href: `${env.PUBLIC_URL}/confirm-email#token=${token}` },
  code: { label: 'Or type this code where you asked for the change, within 15 minutes', value: code },
  closing: 'The link is good for an hour, once. If it was not you, do nothing: nothing changes without it.',
})

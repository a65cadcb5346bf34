import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import type { LetterEnv } from './letters.ts'
import { greeting, type Page } from './page.ts'

/** What the owner hears when strangers were locked out; the strangers hear nothing. */
export const accountLocked = ({ name, token }: LetterParams<'account-locked'>, env: LetterEnv): Page => ({
  subject: 'Somebody is guessing your password',
  paragraphs: [
    greeting(name),
    `Several wrong passwords in a row were tried for your account at ${BRAND.name}. For a while nobody can sign in to it from a device that has not done so before, not even with the right password.`,
    'A browser that you have signed in with before works as always. If you want to sign in elsewhere, let yourself in again now, or wait: minutes at first, up to an hour when the guessing goes on.',
  ],
  action: { label: 'Allow signing in again', href: `${env.PUBLIC_URL}/unlock#token=${token}` },
  closing:
    'The link is good for an hour, once. Your password was not found out. If it is one that you use elsewhere too, change it.',
})

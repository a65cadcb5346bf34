import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import { LIFETIME_SECONDS } from '@latchkey/shared/limits'
import { durationOf } from './duration.ts'
import type { LetterEnv } from './letters.ts'
import { goodFor, greeting, linkWith, type Page } from './page.ts'

/** What the owner hears when strangers were locked out; the strangers hear nothing. */
export const accountLocked = ({ name, token }: LetterParams<'account-locked'>, env: LetterEnv): Page => ({
  subject: 'Somebody is guessing your password',
  preview: 'It was not found out. New devices have to wait; the ones you use go on working.',
  paragraphs: [
    greeting(name),
    `Several wrong passwords in a row were tried for your account at ${BRAND.name}. None of them was right. For a while nobody can sign in from a device that has not done so before, not even with the right password.`,
    `A browser that you have signed in with before works as always. To sign in somewhere new, open the way again now, or wait: a few minutes at first, up to ${durationOf(LIFETIME_SECONDS.unlockLink)} when the guessing goes on.`,
  ],
  action: {
    label: 'Allow signing in again',
    href: linkWith(env, '/unlock', token),
    goodFor: goodFor(LIFETIME_SECONDS.unlockLink, ', once'),
  },
  closing: 'If you use this password elsewhere too, this is a good day to change it.',
})

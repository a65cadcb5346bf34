import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import { LIFETIME_SECONDS } from '@latchkey/shared/limits'
import type { LetterEnv } from './letters.ts'
import { goodFor, greeting, linkWith, type Page } from './page.ts'

export const newDevice = (
  { name, client, ipMasked, at, token }: LetterParams<'new-device'>,
  env: LetterEnv,
): Page => ({
  subject: 'A new device signed in',
  preview: `${client}, ${WHEN.format(new Date(at))} UTC. If that was you, there is nothing to do.`,
  paragraphs: [
    greeting(name),
    `A device that we have not seen before signed in to your account at ${BRAND.name}: ${client}${ipMasked === null ? '' : ` (${ipMasked})`}, on ${WHEN.format(new Date(at))} UTC.`,
    'If that was you, there is nothing to do.',
    'If it was not you, say so here. Everybody is signed out, and you choose a new password.',
  ],
  action: {
    label: 'This was not me',
    href: linkWith(env, '/not-me', token),
    goodFor: goodFor(LIFETIME_SECONDS.notMeLink, ', once'),
  },
  closing: 'You get this letter whenever your account is opened from somewhere new.',
})

const WHEN = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

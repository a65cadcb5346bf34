import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import type { LetterEnv } from './letters.ts'
import { greeting, type Page } from './page.ts'

export const newDevice = (
  { name, client, ipMasked, at, token }: LetterParams<'new-device'>,
  env: LetterEnv,
): Page => ({
  subject: 'A new device signed in',
  paragraphs: [
    greeting(name),
    `${client} has signed in to your account at ${BRAND.name}${ipMasked === null ? '' : `, from ${ipMasked}`}, on ${WHEN.format(new Date(at))} UTC. It has not done so before.`,
    'If that was you, there is nothing to do.',
  ],
  action: { label: 'This was not me', href: `${env.PUBLIC_URL}/not-me#token=${token}` },
  closing: 'That signs out everybody, and lets you choose a new password. The link is good for 7 days.',
})

const WHEN = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

import { BRAND } from '@latchkey/shared/brand'
import type { LetterParams } from '@latchkey/shared/letters'
import type { LetterEnv } from './letters.ts'
import { greeting, type Page } from './page.ts'

export const accountRestored = ({ name }: LetterParams<'account-restored'>, env: LetterEnv): Page => ({
  subject: 'Your account works again',
  preview: 'You can sign in with the same password as before.',
  paragraphs: [
    greeting(name),
    `Your account at ${BRAND.name} is no longer suspended. You can sign in with the same password as before.`,
  ],
  action: { label: 'Sign in', href: `${env.PUBLIC_URL}/login` },
  closing:
    'Links and codes from before the suspension do not work any more. Ask for new ones if you need them.',
})

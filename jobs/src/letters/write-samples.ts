import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { LetterName } from '@latchkey/shared/letters'
import { LIFETIME_SECONDS } from '@latchkey/shared/limits'
import { writeLetter } from './letters.ts'
import { SAMPLES } from './samples.ts'

/** `npm run letters`: every letter as a file, to open in a browser or to send through a preview service. */
const folder = resolve(process.argv[2] ?? '.data/letters')
const env = {
  PUBLIC_URL: 'http://localhost:8000',
  VERIFY_EMAIL_TTL_SECONDS: LIFETIME_SECONDS.verifyEmailLink,
  RESET_PASSWORD_TTL_SECONDS: LIFETIME_SECONDS.resetPasswordLink,
}

mkdirSync(folder, { recursive: true })
for (const name of Object.keys(SAMPLES) as LetterName[]) {
  const { subject, text, html } = writeLetter(name, SAMPLES[name], env)
  writeFileSync(join(folder, `${name}.html`), html)
  writeFileSync(join(folder, `${name}.txt`), `Subject: ${subject}\n\n${text}`)
}
process.stdout.write(`${Object.keys(SAMPLES).length} letters, as HTML and as text: ${folder}\n`)

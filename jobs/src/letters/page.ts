import { BRAND } from '@latchkey/shared/brand'
import type { WrittenLetter } from '@latchkey/shared/letters'
import { asHtml } from './as-html.ts'
import { asText } from './as-text.ts'
import { durationOf } from './duration.ts'
import type { LetterEnv } from './letters.ts'

/** What a letter says, before it has a shape. Everything in it is plain text. */
export type Page = {
  subject: string
  /** What a list of letters shows beside the subject. Never a code: it is read on locked screens too. */
  preview: string
  paragraphs: string[]
  action: Action
  code?: { label: string; value: string }
  closing: string
}
/** `goodFor` is said of every link that ends by itself. */
export type Action = { label: string; href: string; goodFor?: string }

export const greeting = (name: string | null): string => (name ? `Hello ${name},` : 'Hello,')

/** Behind `#`, which browsers keep to themselves: no log and no scanner's server sees the token. */
export const linkWith = ({ PUBLIC_URL }: LetterEnv, path: string, token: string): string =>
  `${PUBLIC_URL}${path}#token=${token}`

export const goodFor = (seconds: number, how = ''): string =>
  `The link is good for ${durationOf(seconds)}${how}.`

export function layOut(page: Page, env: LetterEnv): WrittenLetter {
  const said = inOneLineEach(page)
  return {
    subject: `${said.subject} · ${BRAND.name}`,
    text: asText(said, env),
    html: asHtml(said, env),
  }
}

/** A name with a line break in it must not start a header of its own, nor a paragraph that we did not write. */
const inOneLineEach = (page: Page): Page => ({
  ...page,
  subject: oneLine(page.subject),
  preview: oneLine(page.preview),
  paragraphs: page.paragraphs.map(oneLine),
  closing: oneLine(page.closing),
})

const oneLine = (value: string): string => value.replace(/\s+/g, ' ').trim()

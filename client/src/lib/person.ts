import type { Me } from '@latchkey/shared/schemas/user'

type Named = Pick<Me, 'displayName' | 'email'>

/** What a person is called on screen: their name, or the part of the address that is theirs. */
export const nameOf = ({ displayName, email }: Named): string => displayName ?? email.replace(/@.*$/, '')

/** The first letters of the first and the last word, as people count letters. */
export function initialsOf(person: Named): string {
  const words = nameOf(person)
    .split(/[\s._-]+/)
    .filter(Boolean)
  return [words[0], words.length > 1 ? words.at(-1) : '']
    .map((word) => firstLetterOf(word ?? ''))
    .join('')
    .toUpperCase()
}

const firstLetterOf = (word: string): string =>
  LETTERS.segment(word)[Symbol.iterator]().next().value?.segment ?? ''

const LETTERS = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

import { createCipheriv } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LENGTHS } from '@latchkey/shared/limits'
import { passwordProblem, validatePassword } from '@latchkey/shared/password'
import { openPasswordBook } from '../src/password-book.ts'

const book = await (await openPasswordBook({}))()
const bundled = readFileSync(join(import.meta.dirname, '../data/common-passwords.txt'), 'utf8')
  .trimEnd()
  .split('\n')
const about = { email: 'ada@example.com', displayName: null }
const isCommon = (password: string) => book.isCommon(password)

/** The same dice in each run: what is refused once is refused again. */
const dice = createCipheriv('aes-128-ctr', 'of 50,000 nobody', Buffer.alloc(16))
const fromTo = (least: number, beyond: number) =>
  least + (dice.update(Buffer.alloc(4)).readUInt32LE() % (beyond - least))
const oneOf = <T>(things: readonly T[]): T => things[fromTo(0, things.length)] as T
const someOf = (letters: readonly string[], count: number) =>
  Array.from({ length: count }, () => oneOf(letters)).join('')

test('A4, decision 21: all of the bundled list are refused, with the reason', () => {
  expect(bundled.length).toBeGreaterThan(50_000)
  expect(bundled.filter((password) => !isCommon(password))).toEqual([])
  for (let tried = 0; tried < 1000; tried += 1)
    expect(passwordProblem(validatePassword(oneOf(bundled), about, book))).toMatch(/everybody tries first/)
})

/** Short ones that everybody knows, so that the disguise is what makes them long enough. */
const SHORT = [
  'password',
  'qwerty',
  'monkey',
  'dragon',
  'sunshine',
  'iloveyou',
  'princess',
  'football',
  'charlie',
  'letmein',
  'shadow',
  'master',
  'superman',
  'batman',
  'trustno1',
  'welcome',
  'jordan',
  'michael',
  'liverpool',
  'chocolate',
  'computer',
  'secret',
  'summer',
  'hunter',
  'butterfly',
  'admin',
]
const reversed = (text: string) => [...text].toReversed().join('')
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
const LEET: Record<string, readonly string[]> = {
  a: ['4', '@'],
  e: ['3'],
  i: ['1', '!'],
  o: ['0'],
  s: ['5', '$'],
  t: ['7', '+'],
  b: ['8'],
  g: ['9'],
  l: ['1', '|'],
}
const leet = (text: string) =>
  [...text].map((letter) => oneOf(LEET[letter.toLowerCase()] ?? [letter])).join('')
const year = () => String(fromTo(1950, 2030))
const TRICKS: Record<string, (text: string) => string> = {
  capital,
  'all capitals': (text) => text.toUpperCase(),
  leet,
  'a year': (text) => text + year(),
  'a year in front': (text) => year() + text,
  'an exclamation mark': (text) => `${text}!`,
  'one two three': (text) => `${text}123`,
  'a year and a sign': (text) => `${capital(text)}${year()}!`,
  doubled: (text) => text + text,
  'doubled with a separator': (text) => `${text}${oneOf(['-', '_', '.', ' '])}${capital(text)}`,
  reversed,
  'leet and 123!': (text) => `${leet(capital(text))}123!`,
  separators: (text) => [...text].join(oneOf(['-', '.', '_', ' '])),
  'reversed, a year': (text) => `${capital(reversed(text))}${year()}`,
}

/** Of letters, as people choose them: a row of signs under a disguise is a row of other signs. */
const isOfPeople = (password: string) =>
  /^[ -~]+$/.test(password) &&
  password.replace(/[^a-z]/g, '').length >= 8 &&
  password.replace(/[a-z\d]/g, '').length <= 5

test('A4: each of the common ones is refused under each of the usual tricks', () => {
  const ofPeople = bundled.filter(isOfPeople)
  expect(ofPeople.length).toBeGreaterThan(40_000)
  const missed: [trick: string, made: string][] = []
  for (const [trick, change] of Object.entries(TRICKS)) {
    const tried = ofPeople.map(change)
    for (const word of SHORT)
      tried.push(
        ...[
          change(word),
          change(`${word}${year()}`),
          change(`${word}${word}`),
          change(`${word}123456`),
        ].filter((made) => [...made].length >= LENGTHS.password.min),
      )
    for (const made of tried)
      if (made.length <= LENGTHS.password.max && !isCommon(made)) missed.push([trick, made])
  }
  expect(missed).toEqual([])
}, 900_000)

test('A4: 50,000 random ones of 16 characters are accepted', () => {
  const ascii = Array.from({ length: 94 }, (_, nth) => String.fromCodePoint(0x21 + nth))
  const alphabets = [
    ascii,
    ascii.filter((sign) => /[a-z0-9]/i.test(sign)),
    ascii.filter((sign) => /[a-z]/.test(sign)),
    ascii.filter((sign) => /[a-f0-9]/.test(sign)),
  ]
  const refused: string[] = []
  for (let made = 0; made < 50_000; made += 1) {
    const password = someOf(alphabets[made % alphabets.length] ?? ascii, 16)
    const problem = passwordProblem(validatePassword(password, about, book))
    if (problem) refused.push(`${password}: ${problem}`)
  }
  expect(refused).toEqual([])
}, 900_000)

import { expect, test } from 'vitest'
import { email } from './atoms.ts'

/** Whatever would make a letter go to somebody else, to several, or nowhere that was meant. */
const BREAKS = [
  '＠',
  '﹫',
  ',',
  ', ',
  ';',
  ' ',
  '\t',
  '\n',
  '\r',
  '\r\n',
  '\0',
  '\v',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u00a0',
  '\u200b',
  '\u200d',
  '\ufeff',
  '\u202e',
  '\u2066',
  '\u2069',
  '\u061c',
  '"',
  '""',
  '\\',
  '(',
  ')',
  '(x)',
  '<',
  '>',
  '<b@y.example>',
  '[',
  ']',
  ':',
  '@',
  '@@',
  '@x.example:',
  '%',
  '!',
  '%00',
  '%0a',
  '\u001b[31m',
  '\u007f',
  '\ud800',
  'é',
  'ß',
  'İ',
  'а',
  'ο',
  '𝐚',
  '。',
  '．',
  '\r\nBcc: eve@example.com',
  '\nRCPT TO:<eve@example.com>',
  '\r\n.\r\n',
  ' <eve@example.com>',
  '> NOTIFY=NEVER <',
]
const SOUND = [
  'grace.hopper@navy.example.com',
  'z@long-name-of-a-host.example.net',
  'ada@example.com',
  'a.b+c@sub.example.co',
  "o'hara@example.ie",
  'x@a.io',
  'first_last-9@mail.example.org',
]
const PLACES = (address: string): number[] => {
  const at = address.indexOf('@')
  const dot = address.lastIndexOf('.')
  return [
    1,
    2,
    at - 1,
    at,
    at + 1,
    at + 2,
    dot,
    dot + 1,
    address.length - 1,
    ...Array.from({ length: 18 }, (_, nth) => 1 + ((nth * 7) % (address.length - 1))),
  ]
}
const HOSTILE = new Set(
  SOUND.flatMap((address) =>
    PLACES(address).flatMap((place) =>
      BREAKS.map((bad) => address.slice(0, place) + bad + address.slice(place)),
    ),
  ).filter((address) => !SOUND.includes(address.trim())),
)
for (const bad of BREAKS.filter((one) => one.trim() !== '.'))
  for (const address of SOUND) {
    HOSTILE.add(`${bad.trim() || '@'}${address}`)
    HOSTILE.add(`${address}${bad.trim() || '@'}`)
    HOSTILE.add(`"${address}"${bad}@example.com`)
    HOSTILE.add(`${address}${bad}${address}`)
  }

test(`E11: ${HOSTILE.size} hostile addresses are no addresses`, () => {
  expect(HOSTILE.size).toBeGreaterThanOrEqual(5000)
  expect([...HOSTILE].filter((address) => email.safeParse(address).success)).toEqual([])
})

test('E11: upper case is the same address, and what follows a plus is kept', () => {
  expect(email.parse(' Ada+Shop@Example.COM ')).toBe('ada+shop@example.com')
})

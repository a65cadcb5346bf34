import { expect, describe, test } from 'vitest'
import { commonPasswordsOf } from './common-passwords.ts'

const list = await commonPasswordsOf([
  'password',
  'dragon77',
  'Monkey',
  'qwertyuiop',
  'love',
  '123456',
  'abc',
])

describe('A4, decision 21: a common password is one under any disguise', () => {
  const disguised: [string, string][] = [
    ['itself', 'password'],
    ['capitals', 'PassWORD'],
    ['signs for letters', 'P@$$w0rd'],
    ['a year', 'password2024'],
    ['a year in front', '1999password'],
    ['what is mostly appended', 'Password123!'],
    ['a row of digits', 'monkey1234567890'],
    ['a row of digits downwards', 'monkey987654321'],
    ['a sign over and over', 'monkey!!!!!!!!!!'],
    ['doubled', 'passwordpassword'],
    ['doubled with all that belongs to it', 'Dragon77Dragon77'],
    ['three times, and a year', 'monkeymonkeymonkey2024'],
    ['signs for letters, under three thoughts', 'm0nk3y2024123!'],
    ['backwards', 'drowssap2024'],
    ['backwards with its year, and another year', '4202drowssap2017'],
    ['there and back', 'passworddrowssap'],
    ['a separator between two', 'monkey-monkey'],
    ['separators between all letters', 'p.a.s.s.w.o.r.d.1.2.3'],
    ['wide letters (NFKC)', 'Ｐａｓｓｗｏｒｄ１２３'],
    ['accents', 'pässwörd2024'],
    ['invisible characters', 'pass\u200bword\u00ad2024'],
    ['a short one under less', 'love2024!!!!'],
    ['digits over and over', '123456123456'],
  ]
  test.each(disguised)('%s', (_what, password) => expect(list.has(password)).toBe(true))

  const innocent: [string, string][] = [
    ['a few unrelated words', 'velvet-harbour-mango-42'],
    ['a common one among others', 'password of the velvet harbour'],
    ['a common one and many digits of nobody’s', 'monkey4821937465'],
    ['one of three letters', 'abcabcabcabc'],
    ['digits of nobody’s with one letter among them', '6926760a32199773'],
    ['signs for letters, among digits of nobody’s', '42p455w0rd73'],
    ['another word', 'harbour2024!'],
    ['nothing but separators', '-.-.-.-.-.-.'],
    ['nothing', ''],
  ]
  test.each(innocent)('not %s', (_what, password) => expect(list.has(password)).toBe(false))
})

test('the list keeps every line, however many, and nothing but them', async () => {
  const count = 200_000
  const words = Array.from({ length: count }, (_, nth) => `${nth.toString(36)}velvet${nth}`)
  const long = await commonPasswordsOf(words)
  expect(long.size).toBe(count)
  expect(words.filter((word, nth) => nth % 97 === 0 && !long.has(word))).toEqual([])
  expect(words.filter((word, nth) => nth % 97 === 0 && long.has(`quince-${word}`))).toEqual([])
})

import { describe, expect, test } from 'vitest'
import { BRAND } from './brand.ts'
import { loadPasswordBook } from './password-book.ts'
import { type PasswordRule, passwordProblem, validatePassword } from './password.ts'

const book = await loadPasswordBook()
const ada = { email: 'ada.lovelace@example.com', displayName: 'Ada L' }
const judge = (password: string, about = ada) => validatePassword(password, about, book)
const GOOD = 'velvet-harbour-mango-42'

test('C7: a few unrelated words pass every rule', () => {
  expect(judge(GOOD)).toEqual({
    ok: true,
    rules: { length: true, personal: true, common: true, strength: true },
    score: 4,
  })
})

describe('C7, decision 21: each rule by itself', () => {
  const cases: [string, string, PasswordRule][] = [
    ['eleven code points', 'vHm7-qZ2!xK', 'length'],
    ['eleven emoji, which are more code units', '🌱🦊🎈🧭🎻🍋🪁🧵🛶🔭🪴', 'length'],
    ['six letters in twelve code points', 'e\u0301a\u030ao\u0308u\u0308i\u0302n\u0303', 'length'],
    ['257 code points', 'kelp Zx9 '.repeat(29).slice(0, 257), 'length'],
    ['the local part of the address', 'xx-Ada.Lovelace-Q9', 'personal'],
    ['one that everybody tries', 'passwordpassword', 'common'],
    ['one that is easy to guess', 'abcdefghijklmnop', 'strength'],
    ['the same letter over and over', 'z'.repeat(40), 'strength'],
  ]
  test.each(cases)('refuses %s', (_what, password, rule) => {
    expect(judge(password).rules[rule]).toBe(false)
    expect(judge(password).ok).toBe(false)
  })

  test('the product’s name counts as every name does: from four letters on', () => {
    const isShort = [...BRAND.name].length < 4
    expect(judge(`my ${BRAND.name.toUpperCase()} to 9 doors`).rules.personal).toBe(isShort)
  })

  test('twelve and 256 are enough and not too many', () => {
    expect(judge('vHm7-qZ2!xKq').rules.length).toBe(true)
    expect(judge('kelp Zx9 '.repeat(30).slice(0, 256)).rules.length).toBe(true)
  })

  test('a name is never taken apart, and one of three letters does not count', () => {
    expect(judge('lovelace-harbour-mango-42').rules.personal).toBe(true)
    expect(
      judge('ada-velvet-harbour-mango', { email: 'ada@example.com', displayName: 'Ada' }).rules.personal,
    ).toBe(true)
  })

  test('the whole display name counts, in any case', () => {
    expect(
      judge('my-WILHELMINA-harbour-9', { email: 'w@example.com', displayName: 'Wilhelmina' }).rules.personal,
    ).toBe(false)
  })

  test('every broken rule has a sentence, a good password none', () => {
    expect(passwordProblem(judge('short'))).toMatch(/12/)
    expect(passwordProblem(judge(GOOD))).toBeUndefined()
  })

  test('a hard piece makes the whole hard to guess, an easy one over and over does not', () => {
    expect(judge(`${'a'.repeat(24)}vHm7-qZ2!xKq`).rules.strength).toBe(true)
    expect(judge(`vHm7-qZ2!xKq${'a'.repeat(60)}`).rules.strength).toBe(true)
    expect(judge('password1monkey2'.repeat(4)).rules.strength).toBe(false)
    expect(judge('zxcvbnm,./'.repeat(6)).rules.strength).toBe(false)
  })

  test('no more than 24 code points are estimated at once, and no more than 64 at all', () => {
    const estimated: number[] = []
    const watched = {
      ...book,
      scoreOf(piece: string) {
        estimated.push([...piece].length)
        return 0 as const
      },
    }
    validatePassword('🌱4@83601!5$7'.repeat(20) + 'x', ada, watched)
    expect(estimated).toEqual([24, 24, 16])
  })

  test('256 hostile characters are judged in less than a second', () => {
    const started = performance.now()
    judge('a1!'.repeat(85) + 'x')
    expect(performance.now() - started).toBeLessThan(1000)
  })
})

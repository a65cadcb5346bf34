import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { displayName, email, text } from './atoms.ts'

describe('email', () => {
  test.each([
    ' Ada@Example.COM ',
    'a.b+c@sub.example.co',
    "o'hara@example.ie",
    `${'x'.repeat(64)}@example.com`,
  ])('takes %s', (value) => {
    expect(email.parse(value)).toBe(value.trim().toLowerCase())
  })

  test.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'ada@example',
    'ada@example.c',
    'ada@-example.com',
    'ada example@example.com',
    'ada@exa\u0000mple.com',
    'аda@example.com',
    'ada@example.com\r\nBcc: eve@example.com',
    '"ada"@example.com',
    `${'x'.repeat(65)}@example.com`,
    `ada@${'x'.repeat(250)}.com`,
  ])('refuses %j', (value) => expect(email.safeParse(value).success).toBe(false))
})

test('text counts code points, and refuses what cannot be stored', () => {
  expect(text(3).safeParse('🌱🌱🌱').success).toBe(true)
  for (const value of ['abcd', 'a\0', '\ud800', 'x\udc00'])
    expect(text(3).safeParse(value).success).toBe(false)
})

test('a blank display name is none', () => {
  expect(displayName.parse('   ')).toBeNull()
  expect(displayName.parse(' Ada ')).toBe('Ada')
  for (const value of ['Ada\r\nBcc: x', 'Ada\u202e', 'win at http://evil.example', 'www.evil.example'])
    expect(displayName.safeParse(value).success).toBe(false)
  for (const value of ['Zoë O’Hara', '李小龍', 'Dr. Ada L.'])
    expect(displayName.safeParse(value).success).toBe(true)
})

test('B16: what comes in is built from the atoms: no schema of an input starts at z.string()', () => {
  const files = readdirSync(import.meta.dirname).filter(
    (name) => name.endsWith('.ts') && !/^atoms|test/.test(name),
  )
  for (const file of files) {
    const inputs =
      readFileSync(`${import.meta.dirname}/${file}`, 'utf8').match(/\w+Input = [\s\S]*?\n\n/g) ?? []
    for (const input of inputs) expect(input).not.toContain('z.string(')
  }
})

import { expect, test } from 'vitest'
import { findCanaries, judge, openAviary } from './canaries.ts'

const aviary = openAviary()
const value = aviary.hatch('password')
const finds = (text: string) => findCanaries(aviary.canaries, [{ where: 'here', text }])

const inside = (text: string) => Buffer.from(`{"password":"${text}","x":"y"}`)
const HIDING: Record<string, string> = {
  plain: `the password ${value} is wrong`,
  'quoted twice': JSON.stringify(JSON.stringify({ password: `"${value}"\n` })),
  'in a URL': `https://example.com/?next=${encodeURIComponent(encodeURIComponent(`/a?p=é${value}é`))}`,
  'every byte of it in a URL': [...Buffer.from(value)].map((byte) => `%${byte.toString(16)}`).join(''),
  hex: inside(value).toString('hex'),
  'upper hex': inside(value).toString('hex').toUpperCase(),
  'bytes of a table': `\\x${inside(value).toString('hex')}`,
  ...Object.fromEntries(
    ['', 'x', 'xy'].flatMap((before) => [
      [`base64 behind ${before.length}`, Buffer.from(`${before}${value}zz`).toString('base64')],
      [`base64url behind ${before.length}`, Buffer.from(`${before}é${value}zz`).toString('base64url')],
    ]),
  ),
}

test.each(Object.entries(HIDING))('a canary is found %s', (_, text) => {
  expect(finds(text)).toEqual([expect.objectContaining({ kind: 'password', where: 'here' })])
})

test('a token is found as the bytes that it stands for', () => {
  const bytes = Buffer.from(Array.from({ length: 32 }, (_, at) => (at * 37 + 11) % 256))
  aviary.keep('token', bytes.toString('base64url'))
  expect(finds(`\\x${bytes.toString('hex')}`)).toMatchObject([{ kind: 'token', form: 'raw bytes as hex' }])
})

test('another value is not found', () => {
  expect(finds(openAviary().hatch('password'))).toEqual([])
})

test('a find that nobody allowed is a leak, and an allowance that nobody uses is told', () => {
  const found = findCanaries(aviary.canaries, [
    { where: 'table users.note', text: value },
    { where: 'answer', text: value },
  ])
  const password = (where: RegExp) => ({ kind: 'password', where, why: 'a test' })
  expect(judge(found, [password(/^answer$/), password(/^log$/)])).toMatchObject({
    leaks: [{ where: 'table users.note' }],
    unused: [{ where: /^log$/ }],
  })
})

import { describe, expect, test } from 'vitest'
import { writeLetter } from './letters.ts'
import { layOut } from './page.ts'

const env = {
  PUBLIC_URL: 'https://example.com',
  VERIFY_EMAIL_TTL_SECONDS: 7200,
  RESET_PASSWORD_TTL_SECONDS: 1800,
}
const EVIL = `Ada</title><script>alert(1)</script>"'\r\nBcc: eve@example.com`
const LETTERS = [
  ['verify-email', { name: EVIL, token: 'the-token', code: 'ABC234' }],
  ['reset-password', { name: EVIL, token: 'the-token', code: 'ABC234' }],
  ['change-email', { name: EVIL, token: 'the-token', code: 'ABC234' }],
  ['email-changing', { name: EVIL, newEmail: EVIL, token: 'the-token' }],
  [
    'new-device',
    { name: EVIL, client: EVIL, ipMasked: null, at: '2026-11-21T09:00:00.000Z', token: 'the-token' },
  ],
  ['account-exists', { name: EVIL }],
  ['account-locked', { name: EVIL, token: 'the-token' }],
  ['account-suspended', { name: EVIL }],
  ['account-restored', { name: EVIL }],
  ['password-changed', { name: EVIL, by: 'reset', token: 'the-token' }],
  ['session-ended', { name: EVIL, client: EVIL }],
] as const

describe.each(LETTERS)('%s', (name, params) => {
  const letter = writeLetter(name, params, env)

  test('markup in a name stays text', () => {
    expect(letter.html).not.toContain('<script>')
    expect(letter.html).toContain('&lt;script&gt;')
  })

  test('the subject is one line', () => expect(letter.subject).not.toMatch(/[\r\n]/))

  test('text and HTML hold the same links', () => {
    const links = (text: string) => new Set(text.match(/https:\/\/example\.com[^\s"<]*/g))
    expect(links(letter.html)).toEqual(links(letter.text))
  })

  test('nothing is fetched from anywhere', () => {
    expect(letter.html).not.toMatch(/src=|url\(|<link|@import/)
  })

  test('without a name it greets all the same', () => {
    expect(writeLetter(name, { ...params, name: null }, env).text).toMatch(/^Hello,\n/)
  })
})

test('D4: a link is said to be good for as long as the settings let it be', () => {
  const { text } = writeLetter('verify-email', { name: null, token: 'the-token', code: 'ABC234' }, env)
  expect(text).toContain('The link is good for 2 hours.')
})

test('a letter whose facts are not as agreed is not written', () => {
  expect(() => writeLetter('verify-email', { name: null }, env)).toThrow()
})

test('whatever a page says, its subject is one line and its link stays inside its quotes', () => {
  const page = {
    subject: 'Hello\r\nBcc: eve@example.com',
    paragraphs: ['Hello'],
    action: { label: 'Open', href: 'https://example.com/"><script>alert(1)</script>' },
    closing: 'Bye',
  }
  const { subject, html } = layOut(page, env)
  expect(subject).toMatch(/^Hello Bcc: eve@example\.com · \w+$/)
  expect(html).not.toContain('<script>')
  expect(html).toContain('href="https://example.com/&quot;&gt;&lt;script&gt;')
})

import { describe, expect, test } from 'vitest'
import { STATIONERY } from '@latchkey/shared/brand'
import { LETTERS, type LetterName } from '@latchkey/shared/letters'
import { LIFETIME_SECONDS } from '@latchkey/shared/limits'
import { durationOf } from './duration.ts'
import { writeLetter } from './letters.ts'
import { layOut, type Page } from './page.ts'
import { SAMPLES } from './samples.ts'

const env = {
  PUBLIC_URL: 'https://example.com',
  VERIFY_EMAIL_TTL_SECONDS: 7200,
  RESET_PASSWORD_TTL_SECONDS: 2700,
}
const EVIL = `Ada</title></style></p><script>alert(1)</script>"'&\r\nBcc: eve@example.com\u2028x`
const NAMES = Object.keys(LETTERS) as LetterName[]
/** What people write or send themselves; the rest of a letter's facts is ours. */
const FROM_OUTSIDE = ['name', 'newEmail', 'client', 'ipMasked']
const fieldsOf = (name: LetterName) => Object.keys(SAMPLES[name]).filter((key) => FROM_OUTSIDE.includes(key))

test('every letter is looked at', () => {
  expect(Object.keys(SAMPLES).sort()).toEqual([...NAMES].sort())
})

test('every fact of a letter is known to be from outside or ours', () => {
  const ours = ['token', 'code', 'at', 'by']
  for (const name of NAMES)
    expect([...FROM_OUTSIDE, ...ours], name).toEqual(expect.arrayContaining(Object.keys(LETTERS[name].shape)))
})

describe.each(NAMES)('%s', (name) => {
  const letter = writeLetter(name, SAMPLES[name], env)

  test.each(fieldsOf(name))('markup in %s stays text, everywhere', (field) => {
    const evil = writeLetter(name, { ...SAMPLES[name], [field]: EVIL }, env)
    expect(evil.html).toContain(`Ada&lt;/title&gt;&lt;/style&gt;&lt;/p&gt;&lt;script&gt;alert(1)`)
    expect(tagsOf(evil.html)).toEqual(tagsOf(letter.html))
    expect(evil.text).toContain('<script>alert(1)</script>"\'& Bcc: eve@example.com x')
    expect(evil.text.split('\n')).toHaveLength(letter.text.split('\n').length)
    expect(evil.subject).toBe(letter.subject)
  })

  test('the subject is one line', () => expect(letter.subject).not.toMatch(/[\r\n]/))

  test('text and HTML hold the same links, and the button’s stands below it to copy', () => {
    const links = (text: string) => [...new Set(text.match(/https:\/\/example\.com[^\s"<]*/g))]
    expect(links(letter.html).sort()).toEqual(links(letter.text).sort())
    const [action = ''] = links(letter.text)
    expect(letter.html.split(`href="${action}"`).length).toBeGreaterThan(2)
    expect(letter.html).toContain(`>${action}</a>`)
  })

  test('D4: a link with a token has it behind #, and the letter says how long it is good', () => {
    const tokens = letter.html.match(/sample-\w+/g) ?? []
    expect(letter.html.match(/#token=sample-\w+/g) ?? []).toHaveLength(tokens.length)
    const says = /The link is good for \d+ (minutes|hours?|days?)\b/
    expect([says.test(letter.text), says.test(letter.html)]).toEqual(
      'token' in SAMPLES[name] ? [true, true] : [false, false],
    )
  })

  test('nothing is fetched from anywhere, and nothing runs', () => {
    expect(letter.html).not.toMatch(/src=|url\(|<link|@import|<script|<form|\son\w+=/)
  })

  test('without a name it greets all the same', () => {
    expect(writeLetter(name, { ...SAMPLES[name], name: null }, env).text).toMatch(/^Hello,\n/)
  })

  test('a list of letters shows more than the subject, and never a code or a link', () => {
    const preview = /<div style="display:none[^>]*>([^<&]+)/.exec(letter.html)?.[1] ?? ''
    expect(preview.length).toBeGreaterThan(30)
    expect(preview.length).toBeLessThan(100)
    expect(preview).not.toContain(SAMPLES[name] && 'code' in SAMPLES[name] ? SAMPLES[name].code : 'https://')
  })

  test('a screen reader meets a language, one heading, and no table that is one', () => {
    expect(letter.html).toMatch(/^<!doctype html>\n<html lang="en"/)
    expect(letter.html.match(/<h1 /g)).toHaveLength(1)
    expect(letter.html.match(/<table /g)).toHaveLength(
      letter.html.match(/<table role="presentation"/g)?.length ?? 0,
    )
  })

  test('without its style sheet, as some readers show it, everything has its daylight colours', () => {
    const bare = letter.html.replace(/<style>.*<\/style>/s, '')
    for (const [tag] of bare.matchAll(/<(?:p|h1|a) [^>]*>/g)) expect(tag).toMatch(/[";]color:#[0-9a-f]{6}/)
    for (const place of ['paper', 'sheet', 'band', 'action'])
      expect(bare).toMatch(new RegExp(`class="${place}"[^>]*background-color:#`))
  })
})

test('E8: wherever a written letter leads, it is to PUBLIC_URL', () => {
  for (const name of NAMES) {
    const { text, html } = writeLetter(name, SAMPLES[name], {
      ...env,
      PUBLIC_URL: 'https://ours.example:8443',
    })
    const links = [
      ...[...html.matchAll(/href="([^"]*)"/g)].map(([, link = '']) => link),
      ...(text.match(/\b\w+:\/\/\S+/g) ?? []),
    ]
    expect(links.length, name).toBeGreaterThan(1)
    expect(new Set(links.map((link) => new URL(link).origin)), name).toEqual(
      new Set(['https://ours.example:8443']),
    )
  }
})

test.each([
  ['verify-email', '2 hours'],
  ['reset-password', '45 minutes, once'],
  ['change-email', durationOf(LIFETIME_SECONDS.changeEmailLink)],
  ['email-changing', durationOf(LIFETIME_SECONDS.undoChangeEmailLink)],
  ['new-device', durationOf(LIFETIME_SECONDS.notMeLink)],
  ['password-changed', durationOf(LIFETIME_SECONDS.notMeLink)],
  ['account-locked', durationOf(LIFETIME_SECONDS.unlockLink)],
] as const)('D4: the link of %s is said to be good for %s, as the settings have it', (name, duration) => {
  expect(writeLetter(name, SAMPLES[name], env).text).toContain(`The link is good for ${duration}`)
})

test('a letter whose facts are not as agreed is not written', () => {
  expect(() => writeLetter('verify-email', { name: null }, env)).toThrow()
})

test('whatever a page says, its subject is one line and its link stays inside its quotes', () => {
  const page: Page = {
    subject: 'Hello\r\nBcc: eve@example.com',
    preview: 'Hello <script>alert(1)</script>',
    paragraphs: ['Hello'],
    action: { label: 'Open <script>', href: 'https://example.com/"><script>alert(1)</script>' },
    code: { label: 'Code <script>', value: '<script>' },
    closing: 'Bye <script>',
  }
  const { subject, html } = layOut(page, env)
  expect(subject).toMatch(/^Hello Bcc: eve@example\.com · \w+/)
  expect(html).not.toContain('<script>')
  expect(html).toContain('href="https://example.com/&quot;&gt;&lt;script&gt;')
})

describe.each(['light', 'dark'] as const)('the stationery, %s', (light) => {
  const colours = STATIONERY[light]
  test.each([
    ['ink', 'sheet'],
    ['ink', 'sunk'],
    ['inkSoft', 'sheet'],
    ['inkSoft', 'paper'],
    ['link', 'sheet'],
    ['link', 'paper'],
    ['bandInk', 'band'],
    ['actionInk', 'action'],
  ] as const)('%s can be read on %s', (ink, ground) => {
    expect(contrastOf(colours[ink], colours[ground])).toBeGreaterThanOrEqual(4.5)
  })
})

const tagsOf = (html: string): string[] => [...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([tag]) => tag)

/** WCAG 2.2: how much lighter the one is than the other. */
function contrastOf(one: string, other: string): number {
  const [dark = 0, light = 0] = [one, other].map(luminanceOf).sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}
function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.039_28 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

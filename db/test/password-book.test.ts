import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { passwordProblem, validatePassword } from '@latchkey/shared/password'
import { openPasswordBook } from '../src/password-book.ts'

const folder = mkdtempSync(join(tmpdir(), 'password-book-'))
afterAll(() => rmSync(folder, { recursive: true }))

const bundled = readFileSync(join(import.meta.dirname, '../data/common-passwords.txt'), 'utf8')
  .trimEnd()
  .split('\n')
const about = { email: 'ada@example.com', displayName: null }
const COMMON = /on the list that everybody tries first/
const OWN = 'acme-widgets-forever'

async function bookOf(lines?: string) {
  const path = join(folder, 'own.txt')
  if (lines !== undefined) writeFileSync(path, lines)
  return (await openPasswordBook({ COMMON_PASSWORDS_FILE: lines === undefined ? undefined : path }))()
}

describe('A4, decision 21: the bundled list', () => {
  test('every hundredth of it is refused, with the reason', async () => {
    const book = await bookOf()
    const some = bundled.filter((_, nth) => nth % 100 === 0)
    expect(some.length).toBeGreaterThan(500)
    for (const password of some)
      expect([password, validatePassword(password, about, book).rules.common]).toEqual([password, false])
    expect(passwordProblem(validatePassword('Websolutions-2024', about, book))).toMatch(COMMON)
  })

  test('a good password is not on it', async () => {
    expect(validatePassword('velvet-harbour-mango-42', about, await bookOf()).ok).toBe(true)
    expect(validatePassword(OWN, about, await bookOf()).rules.common).toBe(true)
  })
})

describe('A4: the operator’s own list', () => {
  test('counts beside the bundled one, under the same disguises, whatever ends its lines', async () => {
    const book = await bookOf(`${OWN}\r\n\r\nzanzibar\r\n`)
    for (const password of [OWN, 'Acme_Widgets_Forever_2024', 'Z4nz1b4r2024!', bundled[7] ?? ''])
      expect([password, book.isCommon(password)]).toEqual([password, true])
    expect(book.isCommon('velvet-harbour-mango-42')).toBe(false)
  })

  test('one that is missing, empty or no file is refused at once, with what to do', async () => {
    const path = join(folder, 'nowhere.txt')
    await expect(openPasswordBook({ COMMON_PASSWORDS_FILE: path })).rejects.toThrow(
      `COMMON_PASSWORDS_FILE: ${path} cannot be read (ENOENT). Give the path of a text file`,
    )
    await expect(openPasswordBook({ COMMON_PASSWORDS_FILE: folder })).rejects.toThrow('EISDIR')
    await expect(bookOf('\n\n')).rejects.toThrow('holds no password')
  })
})

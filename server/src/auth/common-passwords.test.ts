import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { sourceOf } from '@latchkey/db/test-db'
import { validatePassword } from '@latchkey/shared/password'
import { loadPasswordBook } from '@latchkey/shared/password-book'
import { aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'
import { freePort } from '../test/process.ts'

const folder = mkdtempSync(join(tmpdir(), 'common-passwords-'))
const path = join(folder, 'own.txt')
writeFileSync(path, 'acme-widgets-forever\n')
const host = await openTestHost({ COMMON_PASSWORDS_FILE: path })
afterAll(async () => {
  await host.close()
  rmSync(folder, { recursive: true })
})

const REFUSED = {
  status: 422,
  body: {
    code: 'VALIDATION_FAILED',
    fields: { password: 'This password is on the list that everybody tries first. Choose another.' },
  },
}
const BUNDLED = 'yfnfkbkjifhf'

test('A4, decision 21: what is common is refused with the reason, also where only the server knows it', async () => {
  const about = { email: 'ada@example.com', displayName: null }
  expect(validatePassword(BUNDLED, about, await loadPasswordBook()).rules.common).toBe(true)
  const register = (password: string) =>
    new Browser(host.url).post('/api/auth/register', { email: about.email, password })
  for (const password of [BUNDLED, 'Acme-Widgets-Forever-2024!', 'P@ssw0rd2024!!'])
    expect(await register(password)).toMatchObject(REFUSED)
  expect(await register(PASSWORD)).toMatchObject({ status: 202 })
})

test('A4: so it is where a password is changed', async () => {
  const { email } = await aUser(host)
  const browser = new Browser(host.url)
  await browser.post('/api/auth/login', { email, password: PASSWORD })
  expect(
    await browser.post('/api/auth/change-password', { currentPassword: PASSWORD, password: BUNDLED }),
  ).toMatchObject(REFUSED)
})

test('A4: a list that is missing stops the start, and one line says what to do', async () => {
  const missing = join(folder, 'nowhere.txt')
  const port = String(await freePort())
  const started = promisify(execFile)(process.execPath, [join(import.meta.dirname, '../main.ts')], {
    env: { ...sourceOf(host.town.env), SERVER_PORT: port, COMMON_PASSWORDS_FILE: missing },
    timeout: 50_000,
  })
  const { code, stderr } = await started.then(
    () => ({ code: 0, stderr: '' }),
    (error: { code: number; stderr: string }) => error,
  )
  expect(code).toBe(1)
  expect(stderr).toContain(
    `COMMON_PASSWORDS_FILE: ${missing} cannot be read (ENOENT). Give the path of a text file`,
  )
  expect(stderr).not.toContain('    at ')
}, 60_000)

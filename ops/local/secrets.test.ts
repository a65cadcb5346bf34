import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { requireEnv } from '@latchkey/shared/env'
import { ensureSecrets } from './secrets.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'latchkey-secrets-'))))
afterEach(() => rmSync(folder, { recursive: true }))
const file = () => join(folder, 'secrets.json')

test('secrets are made once, each for itself, and are for nobody else to read', async () => {
  const made = await ensureSecrets(folder)
  expect(new Set(Object.values(made)).size).toBe(Object.keys(made).length)
  expect(await ensureSecrets(folder)).toEqual(made)
  chmodSync(file(), 0o644)
  await ensureSecrets(folder)
  expect(statSync(file()).mode & 0o777).toBe(0o600)
})

test('they are what the settings ask for', async () => {
  const { SESSION_SECRET, TOKEN_PEPPER, ENCRYPTION_KEYS } = await ensureSecrets(folder)
  const DATABASE_URL = 'postgres://a:b@127.0.0.1/x'
  expect(() => requireEnv({ DATABASE_URL, SESSION_SECRET, TOKEN_PEPPER, ENCRYPTION_KEYS })).not.toThrow()
})

test.each(['', '{"SESSION_SECRET":', '{}', 'null'])(
  '%j in their place is not written over',
  async (content) => {
    writeFileSync(file(), content)
    await expect(ensureSecrets(folder)).rejects.toThrow(/Next: bring the file back/)
  },
)

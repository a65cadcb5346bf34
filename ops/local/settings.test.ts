import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { EnvError } from '@latchkey/shared/env'
import { readSettings } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'latchkey-settings-'))
afterAll(() => rmSync(folder, { recursive: true }))

function read(environment: Record<string, string>, dotEnv = '', defaults = {}) {
  const file = join(folder, '.env')
  writeFileSync(file, dotEnv)
  return readSettings(environment, defaults, file)
}

test('with nothing set it is a local run on a database of its own', () => {
  const { env, embedded, dataDir } = read({})
  expect(env).toMatchObject({ ENV: 'local', SERVER_HOST: '127.0.0.1', PUBLIC_URL: 'http://localhost:8000' })
  expect(embedded).toBe(true)
  expect(dataDir).toBe(join(import.meta.dirname, '../../.data'))
})

test('.env is read, the process environment wins, and an empty variable takes a line of .env away', () => {
  const file = 'SERVER_PORT=8100\nDATA_DIR=/var/tmp/latchkey\nDATABASE_URL=postgres://a:b@db/latchkey\n'
  expect(read({}, file)).toMatchObject({
    embedded: false,
    dataDir: '/var/tmp/latchkey',
    env: { SERVER_PORT: 8100 },
  })
  const { env, embedded } = read({ SERVER_PORT: '8200', DATABASE_URL: '' }, file)
  expect([env.SERVER_PORT, embedded]).toEqual([8200, true])
})

test("a command's own default stands behind what was set", () => {
  const defaults = { PUBLIC_URL: 'http://localhost:5173' }
  expect(read({}, '', defaults).env.PUBLIC_URL).toBe('http://localhost:5173')
  expect(read({ PUBLIC_URL: 'http://here:1' }, '', defaults).env.PUBLIC_URL).toBe('http://here:1')
})

test('every problem is told at once', () => {
  const problems = () => read({ SERVER_PORT: 'x', LOG_LEVEL: 'loud' })
  expect(problems).toThrow(EnvError)
  expect(problems).toThrow(/SERVER_PORT must be[^]*LOG_LEVEL must be/)
})

test('nothing is invented where an operator decides', () => {
  expect(() => read({ ENV: 'prod', PUBLIC_URL: 'https://example.com' })).toThrow(
    /DATABASE_URL is missing[^]*SESSION_SECRET is missing/,
  )
})

test('A18: npm start reads secrets from the files that are named, and hands on what they hold', () => {
  const secret = (name: string, text: string) => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
  const files = {
    DATABASE_URL_FILE: secret('url', 'postgres://a:b@db/latchkey\n'),
    SESSION_SECRET_FILE: secret('session', `${'0123456789abcdef'.repeat(3)}\n`),
  }
  const { given, embedded } = read(files)
  expect(given).toMatchObject({
    DATABASE_URL: 'postgres://a:b@db/latchkey',
    SESSION_SECRET: '0123456789abcdef'.repeat(3),
  })
  expect(Object.keys(given).filter((key) => key in files)).toEqual([])
  expect(embedded).toBe(false)
  const wrong = { SERVER_PORT: 'x', TOKEN_PEPPER_FILE: join(folder, 'nowhere') }
  expect(() => read(wrong)).toThrow(/TOKEN_PEPPER_FILE names a file that is not there\n.*SERVER_PORT must be/)
  expect(() => read({ ...files, SESSION_SECRET: 'x' })).toThrow(/are both given/)
})

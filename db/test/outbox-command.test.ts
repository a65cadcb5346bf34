import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, expect, test } from 'vitest'
import type { LetterName } from '@latchkey/shared/letters'
import { SYNTHETIC_DOMAIN } from '@latchkey/shared/synthetic'
import { keepWritten, sealContext } from '../src/outbox.ts'
import { openSecretBox } from '../src/secret-box.ts'
import { openTestDb, sourceOf } from '../src/test-db.ts'

const town = await openTestDb()
afterAll(() => town.close())
const box = openSecretBox(town.env)

const LOCAL = { ENV: 'local', PASSWORD_PROFILE: 'balanced', RATE_LIMITS: 'shipped', CAPTCHA: 'ladder' }

/** As somebody types it, in a process of its own. */
function open(words: string[], settings: Record<string, string> = {}) {
  const source = { ...sourceOf(town.env), ...LOCAL, ...settings }
  return spawn(process.execPath, [join(import.meta.dirname, '../src/outbox-command.ts'), ...words], {
    env: source,
  })
}
async function outbox(words: string[], settings?: Record<string, string>) {
  const child = open(words, settings)
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ])
  return { code, out, err: err.trim() }
}

const LINK = 'http://localhost:8000/verify-email#token=the-token'
async function post(to: string, at: string, letter: LetterName = 'verify-email'): Promise<string> {
  const id = randomUUID()
  const body = box.seal(JSON.stringify({ name: null, token: 'not yet', code: 'not yet' }), sealContext(id))
  await town.ownerDb
    .insertInto('emailOutbox')
    .values({
      id,
      letter,
      body,
      toAddress: to,
      userId: null,
      requestId: 'request-0001',
      createdAt: new Date(at),
    })
    .execute()
  return id
}
const write = (id: string, subject = 'Confirm your email address') =>
  keepWritten(town.ownerDb, box, {
    id,
    written: { subject, text: `Hello,\n${LINK}\nABC234\u001B[2J\n`, html: '<p>Hello</p>' },
  })

test('an empty outbox says what to do', async () => {
  expect(await outbox([])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^No letter yet\. .+\/register\n$/) as string,
  })
  expect((await outbox(['--json'])).out).toBe('[]\n')
})

test('it lists who, what, when and what became of it, newest first', async () => {
  const first = await post('ada@example.com', '2026-11-21T10:00:00Z')
  await write(first)
  await post('uma@example.com', '2026-11-21T10:00:01Z', 'reset-password')
  const lines = (await outbox([])).out.trim().split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(/^1 {2}21 Nov 2026, .+:01 {2}queued {2}uma@example\.com {2}\(reset-password\)/)
  expect(lines[1]).toMatch(
    /^2 {2}21 Nov 2026, .+:00 {2}kept {4}ada@example\.com {2}Confirm your email address/,
  )
})

test('--show prints the text with link and code, by number and by id, and nothing that a terminal obeys', async () => {
  const listed = JSON.parse((await outbox(['--json'])).out) as { id: string }[]
  const id = listed[1]?.id ?? ''
  for (const which of ['2', id, id.slice(0, 8)]) {
    const { out, code } = await outbox(['--show', which])
    expect([code, out]).toEqual([0, expect.stringContaining(`${LINK}\nABC234�[2J`) as string])
  }
  expect(JSON.parse((await outbox(['--show', '2', '--json'])).out)).toMatchObject({
    id,
    to: 'ada@example.com',
    state: 'kept',
    subject: 'Confirm your email address',
    text: expect.stringContaining(LINK) as string,
  })
  expect((await outbox(['--show', '1'])).out).toContain('Its words are not here')
  expect(await outbox(['--show', '9'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('there is no letter 9') as string,
  })
})

test('--follow prints each new letter once, when it is written, and ends without complaint', async () => {
  const child = open(['--follow', '--json'])
  const told: { to: string; state: string }[] = []
  child.stdout.on('data', (lines: Buffer) => {
    for (const line of lines.toString().trim().split('\n')) told.push(JSON.parse(line) as (typeof told)[0])
  })
  await expect
    .poll(
      async () => {
        // It follows from the moment at which it has looked, which nobody can see from here.
        if (told.length === 0) await write(await post('new@example.com', new Date().toISOString()))
        return told.length
      },
      { interval: 1500, timeout: 15_000 },
    )
    .toBeGreaterThan(0)
  expect(told[0]).toMatchObject({ to: 'new@example.com', state: 'kept' })
  const waiting = await post('waits@example.com', new Date().toISOString())
  await expect
    .poll(() => told.at(-1), { timeout: 15_000 })
    .toMatchObject({ to: 'waits@example.com', state: 'queued' })
  await write(waiting)
  await expect
    .poll(() => told.at(-1), { timeout: 15_000 })
    .toMatchObject({ to: 'waits@example.com', state: 'kept' })
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(new Set(told.map((mail) => JSON.stringify(mail))).size).toBe(told.length)
})

test('where it is not somebody’s own machine it refuses, in one line', async () => {
  expect(await outbox([], { ENV: 'test' })).toEqual({
    code: 1,
    out: '',
    err: 'outbox: letters can be read here with ENV=local only, and this is ENV=test',
  })
})

test('elsewhere it shows the letters of those whom a check has made, and of nobody else', async () => {
  const synthetic = `verify-1@${SYNTHETIC_DOMAIN}`
  await write(await post(synthetic, '2026-11-21T11:00:00Z'), 'The older one')
  await write(await post(synthetic, '2026-11-21T11:00:01Z'), 'The newer one')
  await write(await post('somebody@example.com', '2026-11-21T11:00:02Z'))
  const { code, out } = await outbox(['--to', synthetic.toUpperCase(), '--json'], { ENV: 'test' })
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject([
    { to: synthetic, subject: 'The newer one' },
    { to: synthetic, subject: 'The older one' },
  ])
  for (const to of ['somebody@example.com', `x@${SYNTHETIC_DOMAIN}.example.com`])
    expect(await outbox(['--to', to, '--json'], { ENV: 'test' })).toMatchObject({ code: 1, out: '' })
})

test('what is not understood is answered with how it is used', async () => {
  for (const words of [['--limit', 'all'], ['letters'], ['--show', '1', '--follow']])
    expect(await outbox(words)).toMatchObject({
      code: 2,
      err: expect.stringContaining('usage: npm run outbox') as string,
    })
})

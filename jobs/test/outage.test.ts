import { setTimeout as sleep } from 'node:timers/promises'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { SMTPServerOptions } from 'smtp-server'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { makeCertificate } from '@latchkey/shared/certificate'
import { DAY } from '@latchkey/shared/limits'
import { openMailServer } from './mail-server.ts'
import { eventually, openTestWorker } from './support.ts'

const certificate = makeCertificate({
  names: ['localhost'],
  from: new Date(Date.now() - DAY * 1000),
  until: new Date(Date.now() + DAY * 1000),
})

const server = await openMailServer()
const worker = await openTestWorker({ ...server.settings(), JOBS_CONCURRENCY: '2' })
const { deps } = worker
await worker.start()
afterAll(async () => {
  await worker.close()
  await server.close()
})
beforeEach(async () => {
  await eventually(async () => deps.gate.isOpen())
  server.arrived.length = 0
})

const closed = () => eventually(async () => !deps.gate.isOpen())
const arrivals = (many: number) => eventually(async () => server.arrived.length >= many)
const tries = async () =>
  (await deps.db.selectFrom('emailOutbox').select('attempts').where('status', '=', 'queued').execute()).map(
    ({ attempts }) => attempts,
  )

test('R10: while connections are refused letters wait, uncounted, and leave when there is a server again', async () => {
  await server.close()
  await Promise.all(Array.from({ length: 20 }, () => worker.post()))
  await closed()
  await sleep(1000)
  expect(new Set(await tries())).toEqual(new Set([0]))
  await server.open()
  await arrivals(20)
  expect(server.ids().size).toBe(20)
})

test.each([421, 454, 554])(
  'R10: a %i at the greeting is about the server: nobody storms it',
  async (code) => {
    await server.close()
    server.state.answer = { at: 'greeting', code }
    await server.open()
    server.state.connections = 0
    await Promise.all(Array.from({ length: 20 }, () => worker.post()))
    await closed()
    await sleep(2000)
    expect(new Set(await tries())).toEqual(new Set([0]))
    expect(server.state.connections).toBeLessThan(12)
    server.state.answer = undefined
    await arrivals(20)
    expect(server.ids().size).toBe(20)
  },
)

test('R10: what somebody waits for overtakes what nobody waits for', async () => {
  await server.close()
  await worker.post()
  await closed()
  const bulk = (to: string) =>
    worker.postOne({ letter: 'account-restored', params: { name: null }, to, userId: null })
  for (let nth = 0; nth < 30; nth += 1) await bulk(`bulk-${nth}@example.com`)
  const params = { name: null, token: 'a', code: 'ABC234' }
  await worker.postOne({ letter: 'reset-password', params, to: 'waiting@example.com', userId: null })
  await server.open()
  await arrivals(32)
  const place = server.arrived.findIndex(({ to }) => to.includes('waiting@example.com'))
  expect(place).toBeLessThan(3)
})

test('R10, R11: a letter that was taken without an answer comes again under the same Message-ID', async () => {
  server.state.drops = 1
  await worker.post()
  await arrivals(1)
  await eventually(async () => (await tries())[0] === 1)
  await eventually(async () => {
    await worker.hurry()
    return server.arrived.length === 2
  })
  await eventually(async () => (await tries()).length === 0)
  expect(server.arrived).toHaveLength(2)
  expect(server.ids().size).toBe(1)
})

test('R10: without STARTTLS, or with a wrong certificate, nothing is said; with the right one the letter leaves', async () => {
  const secured = await openMailServer()
  const careful = await openTestWorker({
    ...secured.settings(),
    SMTP_HOST: 'localhost',
    SMTP_USE_TLS: 'starttls',
    SMTP_USER: 'ada',
    SMTP_PASS: 'lovelace',
  })
  try {
    await careful.post()
    await careful.start()
    expect(careful.deps.gate.isOpen()).toBe(false)
    await secured.close()
    const passwords: unknown[] = []
    const offers: SMTPServerOptions = {
      disabledCommands: [],
      ...certificate,
      onAuth({ password }, _session, done) {
        passwords.push(password)
        done(null, { user: 'ada' })
      },
    }
    // Its certificate is signed by nobody that we know.
    await secured.open(offers)
    await sleep(3000)
    expect(careful.deps.gate.isOpen()).toBe(false)
    expect([passwords, secured.arrived]).toEqual([[], []])

    await secured.close()
    setDefaultCACertificates([...getCACertificates(), certificate.cert])
    await secured.open(offers)
    await eventually(async () => secured.arrived.length === 1, 15)
    expect(passwords).toContain('lovelace')
  } finally {
    await careful.close()
    await secured.close()
  }
})

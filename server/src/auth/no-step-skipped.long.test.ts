import { afterAll, expect, test } from 'vitest'
import { aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'

const host = await openTestHost()
afterAll(() => host.close())
const { db } = host.deps

/** Everything that somebody can ask of somebody else's account who cannot read its mail. */
const STEPS: Record<string, (email: string) => [path: string, body: object]> = {
  forgot: (email) => ['/api/auth/forgot-password', { email }],
  'reset with an invented link': () => [
    '/api/auth/reset-password',
    { token: 'A'.repeat(43), password: TAKEN },
  ],
  'reset with a guessed code': (email) => [
    '/api/auth/reset-password',
    { email, code: 'AAAAAA', password: TAKEN },
  ],
  resend: (email) => ['/api/auth/resend-verification', { email }],
  'verify with a guessed code': (email) => [
    '/api/auth/verify-email',
    { email, code: 'AAAAAA', newPassword: TAKEN },
  ],
}
const TAKEN = 'somebody-elses-tram-93'
const LONGEST = 5

/** Every order of the steps up to a length, repetitions included. */
function ordersOf(names: string[], length: number): string[][] {
  if (length === 0) return [[]]
  const shorter = ordersOf(names, length - 1)
  return [
    ...shorter,
    ...shorter
      .filter((one) => one.length === length - 1)
      .flatMap((one) => names.map((name) => [...one, name])),
  ]
}
const ORDERS = ordersOf(Object.keys(STEPS), LONGEST).filter((order) => order.length > 0)

test(
  `E6: ${ORDERS.length} orders of asking without the mail change no password`,
  { timeout: 900_000 },
  async () => {
    expect(ORDERS.length).toBe(5 + 25 + 125 + 625 + 3125)
    const { id, email } = await aUser(host)
    const { id: other, email: unproved } = await aUser(host, { isEmailVerified: false })
    const hashes = () =>
      db
        .selectFrom('users')
        .select(['id', 'email', 'passwordHash'])
        .where('id', 'in', [id, other])
        .orderBy('id')
        .execute()
    const before = await hashes()
    const browser = new Browser(host.url)
    // Each order begins where the one before ended, which only adds states to those that are walked.
    for (const order of ORDERS)
      for (const [nth, step] of order.entries()) {
        if (nth < order.length - 1 && order.length > 3) continue
        const [path, body] = STEPS[step]?.(order.length % 2 ? email : unproved) ?? ['', {}]
        const { status } = await browser.post(path, body)
        expect([200, 400]).toContain(status)
      }
    expect(await hashes()).toEqual(before)
    const login = (password: string) => browser.post('/api/auth/login', { email, password })
    expect((await login(TAKEN)).status).toBe(401)
    expect((await login(PASSWORD)).status).toBe(200)
  },
)

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

/**
 * A walk in which every order of so many steps, repetitions included, stands somewhere in a row, and with them all shorter
 * ones: the shortest there is (a sequence of de Bruijn).
 */
function walkOf(names: string[], length: number): string[] {
  const walk: number[] = []
  const word = Array<number>(names.length * length).fill(0)
  const extend = (at: number, period: number): void => {
    if (at > length) {
      if (length % period === 0) walk.push(...word.slice(1, period + 1))
      return
    }
    word[at] = word[at - period] ?? 0
    extend(at + 1, period)
    for (let next = (word[at - period] ?? 0) + 1; next < names.length; next += 1) {
      word[at] = next
      extend(at + 1, at)
    }
  }
  extend(1, 1)
  return [...walk, ...walk.slice(0, length - 1)].map((at) => names[at] ?? '')
}
const WALK = walkOf(Object.keys(STEPS), LONGEST)

test('the walk has every order in it', () => {
  const orders = new Set(WALK.map((_, at) => WALK.slice(at, at + LONGEST).join()).slice(0, 1 - LONGEST))
  expect(orders.size).toBe(5 ** LONGEST)
})

test.concurrent.each([
  ['proved', true],
  ['not proved', false],
])(
  `E6: every order of up to ${LONGEST} steps without the mail changes no password of somebody who is %s`,
  { timeout: 600_000 },
  async (_what, isEmailVerified) => {
    const { id, email } = await aUser(host, { isEmailVerified })
    const rows = () => db.selectFrom('users').selectAll().where('id', '=', id).execute()
    const before = await rows()
    const browser = new Browser(host.url)
    for (const step of WALK) {
      const [path, body] = STEPS[step]?.(email) ?? ['', {}]
      expect([200, 400]).toContain((await browser.post(path, body)).status)
    }
    expect(await rows()).toEqual(before)
    const login = (password: string) => browser.post('/api/auth/login', { email, password })
    expect((await login(TAKEN)).status).toBe(401)
    expect((await login(PASSWORD)).status).toBe(200)
  },
)

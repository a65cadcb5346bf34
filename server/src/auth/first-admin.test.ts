import { afterAll, expect, test } from 'vitest'
import { ensureFirstAdmin } from '@latchkey/db/first-admin'
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '@latchkey/shared/demo'
import { Secret } from '@latchkey/shared/secret'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'

const host = await openTestHost()
afterAll(() => host.close())
const signIn = (email: string, password: string) =>
  new Browser(host.url).post('/api/auth/login', { email, password })

test('A7: nobody can sign in to a fresh installation with what is known from elsewhere', async () => {
  for (const { email } of DEMO_ACCOUNTS) expect((await signIn(email, DEMO_PASSWORD)).status).toBe(401)
  expect((await signIn('admin@example.com', 'admin')).status).toBe(401)
})

test('C10: the first administrator signs in with the password from the settings', async () => {
  const email = 'root@example.com'
  const password = 'quiet-harvest-lantern-58'
  const settings = { ADMIN_EMAIL: email, ADMIN_PASSWORD: new Secret(password) }
  await ensureFirstAdmin({ ...host.town.env, ...settings }, host.town.ownerDb)
  const answer = await signIn(email, password)
  expect(answer.status).toBe(200)
  expect(answer.body).toMatchObject({ user: { email, isEmailVerified: true, roles: ['ADMIN', 'USER'] } })
})

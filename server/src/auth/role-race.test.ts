import { afterAll, expect, test } from 'vitest'
import { lockOwner } from '@latchkey/db/sessions'
import { aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'

const host = await openTestHost()
afterAll(() => host.close())

test('D11, C7: who is made ADMIN while they sign in gets the short session of an ADMIN', async () => {
  const { db } = host.deps
  const { id, email } = await aUser(host)
  const browser = new Browser(host.url)
  await browser.get('/api/auth/csrf')
  const login = await db.transaction().execute(async (trx) => {
    await lockOwner(trx, id)
    const waiting = browser.post('/api/auth/login', { email, password: PASSWORD })
    await new Promise((resolve) => setTimeout(resolve, 300))
    await trx.insertInto('userRoles').values({ userId: id, role: 'ADMIN' }).execute()
    return { waiting }
  })
  const answer = await login.waiting
  expect(answer.body).toMatchObject({ user: { roles: ['ADMIN', 'USER'] } })
  const cookie = answer.headers.getSetCookie().find((line) => line.startsWith('latchkey_session='))
  expect(cookie).toContain('Max-Age=86400')
})

import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { lockOwner } from '@latchkey/db/sessions'
import { aSignedInUser } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'
import { linkFor, tokenIn } from '../test/letters.ts'

const host = await openTestHost()
afterAll(() => host.close())
const { db } = host.deps
const stranger = () => new Browser(host.url)
const EVIL = 'somebody-elses-tram-93'

/** While the account's row is held, what is asked for waits, each in its turn. */
async function inTurn(id: string, ...asks: (() => Promise<{ status: number }>)[]) {
  const answers: Promise<{ status: number }>[] = []
  await db.transaction().execute(async (trx) => {
    await lockOwner(trx, id)
    for (const ask of asks) {
      answers.push(ask())
      await sleep(150)
    }
  })
  return (await Promise.all(answers)).map(({ status }) => status)
}

test('E9: a change of address that waits while everybody is put out is not asked for', async () => {
  const { id, email, browser: thief } = await aSignedInUser(host)
  const { token } = await linkFor(host, { userId: id, type: 'not_me', payload: { email } })
  const theirs = `thief-of-${email}`
  const [said, asked] = await inTurn(
    id,
    () => stranger().post('/api/auth/not-me', { token }),
    () => thief.post('/api/auth/change-email', { email: theirs }),
  )
  expect([said, asked]).toEqual([200, 401])
  const letters = await db.selectFrom('emailOutbox').select('id').where('toAddress', '=', theirs).execute()
  expect(letters).toEqual([])
})

test('E1: no link is made for an address that the account loses meanwhile', async () => {
  const { id, email, browser: thief } = await aSignedInUser(host)
  const theirs = `other-thief-of-${email}`
  await thief.post('/api/auth/change-email', { email: theirs })
  const undoing = await tokenIn(host, email)
  await thief.post('/api/auth/change-email/confirm', { token: await tokenIn(host, theirs) })
  const statuses = await inTurn(
    id,
    () => stranger().post('/api/auth/change-email/undo', { token: undoing }),
    () => stranger().post('/api/auth/forgot-password', { email: theirs }),
  )
  expect(statuses).toEqual([200, 200])
  const kinds = await db.selectFrom('emailOutbox').select('letter').where('toAddress', '=', theirs).execute()
  expect(kinds.map(({ letter }) => letter)).not.toContain('reset-password')
})

test('who asks for a link and who uses one do not wait for each other', async () => {
  const { id, email } = await aSignedInUser(host)
  const { token } = await linkFor(host, { userId: id, type: 'reset_password' })
  const statuses = await inTurn(
    id,
    () => stranger().post('/api/auth/reset-password', { token, password: EVIL }),
    () => stranger().post('/api/auth/forgot-password', { email }),
  )
  // Whichever came first: the newer link ends the older, or comes after it.
  for (const status of statuses) expect([200, 400]).toContain(status)
})

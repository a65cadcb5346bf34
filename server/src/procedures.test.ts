import { initTRPC } from '@trpc/server'
import { afterAll, describe, expect, test } from 'vitest'
import type { Ctx } from './context.ts'
import { proceduresOf, requireDeclaredCallers } from './procedures.ts'
import { appRouter } from './router.ts'
import { aSignedInUser } from './test/actors.ts'
import { Browser } from './test/browser.ts'
import { openTestHost } from './test/host.ts'
import { router } from './trpc.ts'

const host = await openTestHost()
afterAll(() => host.close())

test('H1: a procedure that does not say who may call it stops the server from starting', () => {
  const t = initTRPC.context<Ctx>().create()
  const careless = router({ auth: appRouter.auth, open: t.procedure.query(() => 'anything') } as never)
  expect(() => requireDeclaredCallers(careless)).toThrow('nobody said who may call open')
  expect(() => requireDeclaredCallers(appRouter)).not.toThrow()
})

test('H3: every procedure says what may leave it', () => {
  const unbounded = [...proceduresOf(appRouter)].filter(([, { output }]) => !output).map(([name]) => name)
  expect(unbounded).toEqual([])
})

describe('H1: what a procedure declares is what it does', async () => {
  const admin = await aSignedInUser(host, { roles: ['ADMIN'] })
  const user = await aSignedInUser(host)
  const call = (browser: Browser, name: string, type: string) =>
    type === 'query' ? browser.get(`/api/trpc/${name}`) : browser.post(`/api/trpc/${name}`, {})

  const declared = [...proceduresOf(appRouter)].filter(([name]) => name !== 'auth.logout')
  test.each(declared.map(([name, { meta, type }]) => [name, meta?.caller, type] as const))(
    '%s: %s',
    async (name, caller, type) => {
      const statuses = [new Browser(host.url), user.browser, admin.browser].map(
        async (browser) => (await call(browser, name, type)).status,
      )
      const [stranger, person, administrator] = await Promise.all(statuses)
      const isRefused = (status: number | undefined) => status === 401 || status === 403
      expect(isRefused(stranger), 'a stranger').toBe(caller !== 'anyone')
      expect(isRefused(person), 'somebody signed in').toBe(caller !== 'anyone' && caller !== 'signedIn')
      expect(isRefused(administrator), 'an administrator').toBe(false)
    },
  )
})

describe('jobs.ping', () => {
  test('E9: gives an id, and the result can be asked for', async () => {
    const { browser } = await aSignedInUser(host, { roles: ['ADMIN'] })
    const answer = (await browser.post('/api/trpc/jobs.ping')).body as { result: { data: { id: string } } }
    const ask = async (id: string) =>
      (await browser.get(`/api/trpc/jobs.pingResult?input=${encodeURIComponent(JSON.stringify({ id }))}`))
        .body
    expect(await ask(answer.result.data.id)).toEqual({ result: { data: { state: 'waiting', doneAt: null } } })
    expect(await ask(crypto.randomUUID())).toEqual({ result: { data: { state: 'unknown', doneAt: null } } })
  })
})

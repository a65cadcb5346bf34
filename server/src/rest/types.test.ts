import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import { expect, expectTypeOf, test } from 'vitest'
import type { Me } from '@latchkey/shared/schemas/user'
import type { AppRouter } from '../router.ts'
import type { ProcedureName, Row } from './rows.ts'

/** These hold or fall when `tsc` reads this file; running it proves only that it is there. */
type Inputs = inferRouterInputs<AppRouter>
type Outputs = inferRouterOutputs<AppRouter>

test('what callers infer is what the schemas say', () => {
  expectTypeOf<Outputs['user']['me']>().toEqualTypeOf<Me>()
  expectTypeOf<Outputs['auth']['login']>().toEqualTypeOf<{ user: Me }>()
  expectTypeOf<Outputs['auth']['csrf']>().toEqualTypeOf<{ csrfToken: string }>()
  expectTypeOf<Outputs['auth']['logout']>().toEqualTypeOf<{ ok: true }>()
  expectTypeOf<Inputs['auth']['login']>().toEqualTypeOf<{
    email: string
    password: string
    captchaToken?: string | undefined
  }>()
  expectTypeOf<Inputs['user']['me']>().toEqualTypeOf<void>()
})

test('a field under another name does not compile', () => {
  // @ts-expect-error the column is display_name, the field is displayName
  expectTypeOf<Outputs['user']['me']>().toHaveProperty('display_name')
  // @ts-expect-error dates travel as strings
  expectTypeOf<Outputs['user']['me']['createdAt']>().toEqualTypeOf<Date>()
  // @ts-expect-error there is no such field in the answer
  const hash = (me: Outputs['user']['me']): unknown => me.passwordHash
  // @ts-expect-error a caller must send the password
  const input: Inputs['auth']['login'] = { email: 'ada@example.com' }
  expect([hash, input]).toHaveLength(2)
})

test('a misspelt procedure does not compile', () => {
  const known: ProcedureName[] = ['auth.login', 'user.me', 'health.get']
  // @ts-expect-error there is no auth.signin
  const misspelt: Row['procedure'] = 'auth.signin'
  // @ts-expect-error a router is not a procedure
  const router: Row['procedure'] = 'auth'
  // @ts-expect-error nor is it every string
  const any: Row['procedure'] = String(known)
  expect([misspelt, router, any]).toHaveLength(3)
})

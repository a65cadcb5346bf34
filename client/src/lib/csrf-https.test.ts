// @vitest-environment-options { "url": "https://latchkey.example/" }
import { cookieName } from '@latchkey/shared/brand'
import { expect, test } from 'vitest'
import { createCsrf, hintsAtSession } from './csrf.ts'

test('over TLS a cookie without the host prefix, which a sibling domain may have planted, counts for nothing', async () => {
  document.cookie = `${cookieName('csrf', false)}=s.planted; Path=/`
  expect(document.cookie).toContain('s.planted')
  expect(hintsAtSession()).toBe(false)
  expect(await createCsrf(() => Promise.resolve('fetched')).token()).toBe('fetched')

  document.cookie = `${cookieName('csrf', true)}=s.ours; Path=/; Secure`
  expect(hintsAtSession()).toBe(true)
  expect(createCsrf(() => Promise.resolve('fetched')).token()).toBe('s.ours')
})

import { cookieName } from '@latchkey/shared/brand'
import { afterEach, expect, test, vi } from 'vitest'
import { setCsrfCookie } from '../test/api.ts'
import { createCsrf, forgetCsrfCookie, hintsAtSession } from './csrf.ts'

afterEach(() => vi.restoreAllMocks())

const withCookies = (cookies: string) => vi.spyOn(document, 'cookie', 'get').mockReturnValue(cookies)
const token = () => createCsrf(() => Promise.resolve('fetched')).token()

test('only a cookie of a session hints at one', () => {
  expect(hintsAtSession()).toBe(false)
  setCsrfCookie('a')
  expect(hintsAtSession()).toBe(false)
  setCsrfCookie('s')
  expect(hintsAtSession()).toBe(true)
})

test('a forgotten cookie hints at nothing', () => {
  setCsrfCookie('s')
  forgetCsrfCookie()
  expect(hintsAtSession()).toBe(false)
})

test('the cookie with the host prefix comes first', () => {
  withCookies(`${cookieName('csrf', false)}=a.planted; ${cookieName('csrf', true)}=a.ours`)
  expect(token()).toBe('a.ours')
})

test('a value is read whole, and its neighbours are not it', async () => {
  withCookies(`x${cookieName('csrf', false)}=no; ${cookieName('csrf', false)}=a.b==; y=1`)
  expect(token()).toBe('a.b==')
  withCookies(`x${cookieName('csrf', false)}=no; broken; =odd`)
  expect(await token()).toBe('fetched')
})

import { act, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { answer, api, gateway, refuse } from '../test/api.ts'
import { findHeading, openPage } from '../test/open-page.tsx'

afterEach(() => vi.useRealTimers())

/** The app at an address, and then somebody at it again a quarter of an hour later. */
async function comeBackTo(path: string, heading: string) {
  vi.useFakeTimers({ toFake: ['Date'] })
  const page = openPage(path)
  await findHeading(heading)
  vi.setSystemTime(Date.now() + 15 * 60_000)
  act(() => void document.dispatchEvent(new Event('pointermove')))
  return page
}

const renewals = () => api.callsTo('auth.refresh')

test('who is signed in and at it gets a new token, with a CSRF token like every write', async () => {
  const token = api.signIn()
  await comeBackTo('/dashboard', 'Hello, Uma User')
  await vi.waitFor(() => expect(renewals()).toMatchObject([{ token }]))
})

test('back after a night, the token is renewed before anything else is asked', async () => {
  api.signIn()
  vi.useFakeTimers({ toFake: ['Date'] })
  openPage('/dashboard')
  await findHeading('Hello, Uma User')
  await vi.waitFor(() => expect(api.callsTo('user.mailbox')).toHaveLength(1))
  api.calls.length = 0
  vi.setSystemTime(Date.now() + 9 * 60 * 60_000)
  let askedMeanwhile: unknown
  api.on('auth.refresh', async () => {
    await new Promise((resolve) => setTimeout(resolve, 50))
    askedMeanwhile = api.callsTo('user.me')
    return answer({ ok: true })
  })
  act(() => void document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
  await vi.waitFor(() => expect(api.callsTo('user.me')).toHaveLength(1))
  expect(api.calls[0]?.path).toBe('auth.refresh')
  expect(askedMeanwhile).toEqual([])
})

test('C11: who signs out leaves nothing in the storage', async () => {
  api.signIn()
  const { user } = openPage('/dashboard')
  await findHeading('Hello, Uma User')
  await vi.waitFor(() => expect(localStorage).toHaveLength(1))
  await user.click(screen.getByRole('button', { name: 'Sign out' }))
  await findHeading('Sign in')
  expect(localStorage).toHaveLength(0)
})

test('a visitor has nothing to renew', async () => {
  await comeBackTo('/login', 'Sign in')
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(api.calls).toEqual([])
})

test.each([
  ['a proxy without its server', gateway],
  ['no answer at all', () => Response.error()],
  ['a refusal for the moment', () => refuse('RATE_LIMITED', { retryAfter: 60 })],
  ['a fault of the server', () => refuse('INTERNAL')],
])('%s signs nobody out and is not spoken of', async (_, failing) => {
  api.signIn()
  api.on('auth.refresh', failing)
  const page = await comeBackTo('/dashboard', 'Hello, Uma User')
  await vi.waitFor(() => expect(renewals()).toHaveLength(1))
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(page.address()).toBe('/dashboard')
  expect(screen.queryByRole('alert')).toBeNull()
})

test('a session that is over is over here too, with the usual word', async () => {
  api.signIn()
  api.on('auth.refresh', () => refuse('UNAUTHENTICATED'))
  const page = await comeBackTo('/dashboard', 'Hello, Uma User')
  expect(await screen.findByText(/^You have been signed out\./)).toBeVisible()
  expect(page.address()).toBe('/login?next=/dashboard')
})

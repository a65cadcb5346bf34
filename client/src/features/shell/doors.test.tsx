import { act, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { titleOf } from '../../lib/title.ts'
import { api, csrfCookie, gateway, refuse, uma } from '../../test/api.ts'
import { findHeading, openPage } from '../../test/open-page.tsx'

test('a visitor is asked to sign in and the way back is kept', async () => {
  const page = openPage('/dashboard?tab=a')
  await findHeading('Sign in')
  expect(page.address()).toBe('/login?next=/dashboard%3Ftab%3Da')
  expect(screen.getByText('Please sign in first. We will take you on from there.')).toBeVisible()
})

test('a visitor costs the server nothing', async () => {
  openPage('/')
  await findHeading('Sign in')
  expect(api.calls).toEqual([])
})

test('the start page leads visitors to the sign-in page without a return path', async () => {
  const page = openPage('/')
  await findHeading('Sign in')
  expect(page.address()).toBe('/login')
})

test.each(['/', '/login', '/register', '/signup', '/register/sent'])(
  '%s leads who is signed in to the dashboard',
  async (path) => {
    api.signIn()
    const page = openPage(path)
    await findHeading('Hello, Uma User')
    expect(page.address()).toBe('/dashboard')
    expect(api.callsTo('user.me')).toHaveLength(1)
  },
)

test('who is signed in already goes on to the return path', async () => {
  api.signIn()
  const page = openPage('/login?next=/dashboard?tab=b')
  await findHeading('Hello, Uma User')
  expect(page.address()).toBe('/dashboard?tab=b')
})

test('a session that has ended leads to the sign-in page with a kind word, and is not asked about again', async () => {
  api.signIn()
  api.endSession()
  const page = openPage('/dashboard')
  expect(
    await screen.findByText('You have been signed out. Sign in again to carry on where you were.'),
  ).toBeVisible()
  expect(page.address()).toBe('/login?next=/dashboard')
  expect(csrfCookie()).toBeUndefined()
  expect(api.callsTo('user.me')).toHaveLength(1)
})

test('a session that ends while the page is open is noticed when the tab is looked at', async () => {
  api.signIn()
  const page = openPage('/dashboard')
  await findHeading('Hello, Uma User')
  api.endSession()
  act(() => void document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
  await findHeading('Sign in')
  expect(page.address()).toBe('/login?next=/dashboard')
})

test('a server that is away is no reason to ask for a password', async () => {
  api.signIn()
  api.on('user.me', gateway)
  openPage('/dashboard')
  await findHeading('The latch is stuck')
  expect(screen.getByRole('alert')).toHaveTextContent('The server is not ready to answer.')
  expect(api.callsTo('user.me')).toHaveLength(3)
})

test('trying again after the server came back opens the page', async () => {
  api.signIn()
  api.on('user.me', () => refuse('INTERNAL'))
  const { user } = openPage('/dashboard')
  await findHeading('The latch is stuck')
  api.on('user.me', () => ({ data: uma }))
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await findHeading('Hello, Uma User')).toBeVisible()
})

test('an unknown address is a page of its own', async () => {
  openPage('/nowhere')
  await findHeading('Nobody lives at this address')
  await waitFor(() => expect(document.title).toBe(titleOf('Page not found')))
  expect(screen.getByRole('link', { name: 'Go to the start page' })).toHaveAttribute('href', '/')
})

import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { BRAND } from '@latchkey/shared/brand'
import { api, gateway, refuse, setCsrfCookie, uma } from '../../test/api.ts'
import { findHeading, openPage } from '../../test/open-page.tsx'

async function openDashboard() {
  api.signIn()
  const page = openPage('/dashboard')
  await findHeading('Hello, Uma User')
  return page
}

const otherTab = () => new BroadcastChannel(`${BRAND.slug}:session`)

test('signing out leads to the sign-in page and leaves nothing behind', async () => {
  const page = await openDashboard()
  page.queryClient.setQueryData(['something', 'private'], 'of Uma')
  await page.user.click(screen.getByRole('button', { name: 'Sign out' }))
  await findHeading('Sign in')
  expect(page.address()).toBe('/login')
  expect(screen.getByText('You have signed out. See you soon.')).toBeVisible()
  expect(screen.queryByText('Uma User')).toBeNull()
  const left = page.queryClient.getQueryCache().getAll()
  expect(left.map(({ state }) => state.data)).toEqual([{ user: null, farewell: 'signed-out' }])
  expect(page.queryClient.getMutationCache().getAll()).toEqual([])
})

test('signing out of a session that has ended already is signing out', async () => {
  const page = await openDashboard()
  api.on('auth.logout', () => refuse('UNAUTHENTICATED'))
  await page.user.click(screen.getByRole('button', { name: 'Sign out' }))
  await findHeading('Sign in')
})

test('who could not be signed out is told so, and still is in', async () => {
  const page = await openDashboard()
  api.on('auth.logout', gateway)
  await page.user.click(screen.getByRole('button', { name: 'Sign out' }))
  expect(await screen.findByText(/^You are still signed in\. The server is not ready/)).toBeVisible()
  expect(page.address()).toBe('/dashboard')
  await page.user.click(screen.getByRole('button', { name: 'Dismiss this message' }))
  expect(screen.queryByText(/still signed in/)).toBeNull()
  expect(screen.getByRole('button', { name: 'Sign out' })).toBeEnabled()
})

test('signing out in another tab is noticed here', async () => {
  const page = await openDashboard()
  const other = otherTab()
  setCsrfCookie('a')
  other.postMessage('signed-out')
  await findHeading('Sign in')
  expect(page.address()).toBe('/login')
  other.close()
})

test('signing in in another tab is noticed here', async () => {
  const page = openPage('/login?next=/dashboard')
  await findHeading('Sign in')
  const other = otherTab()
  api.signIn()
  other.postMessage('signed-in')
  await findHeading('Hello, Uma User')
  expect(page.address()).toBe('/dashboard')
  other.close()
})

test('the other tabs are told, and told nothing else', async () => {
  const heard: unknown[] = []
  const other = otherTab()
  other.addEventListener('message', ({ data }) => heard.push(data))
  const page = await openDashboard()
  await page.user.click(screen.getByRole('button', { name: 'Sign out' }))
  await waitFor(() => expect(heard).toEqual(['signed-out']))
  other.close()
})

test('signing out, in as somebody else, shows nothing of the one before', async () => {
  const page = await openDashboard()
  await page.user.click(screen.getByRole('button', { name: 'Sign out' }))
  await findHeading('Sign in')
  api.on('auth.login', () => {
    setCsrfCookie('s')
    return {
      data: {
        user: {
          ...uma,
          id: '5d7a2d3c-1b1a-4c39-8c0e-2f3d4c5b6a70',
          displayName: 'Ada Admin',
          email: 'ada@example.com',
        },
      },
    }
  })
  await page.user.type(screen.getByLabelText('Email address'), 'ada@example.com')
  await page.user.type(screen.getByLabelText('Password'), 'x')
  await page.user.click(screen.getByRole('button', { name: 'Sign in' }))
  await findHeading('Hello, Ada Admin')
  expect(screen.queryByText(/Uma/)).toBeNull()
})

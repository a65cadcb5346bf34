import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { titleOf } from '../../lib/title.ts'
import { api, answer, uma } from '../../test/api.ts'
import { findHeading, openPage } from '../../test/open-page.tsx'

test('the first page leaves the focus alone, every further one takes it to its heading and says its title', async () => {
  const { user } = openPage('/login')
  expect(await findHeading('Sign in')).not.toHaveFocus()
  expect(document.title).toBe(titleOf('Sign in'))
  await user.click(screen.getByRole('link', { name: 'Create an account' }))
  expect(await findHeading('Create an account')).toHaveFocus()
  expect(document.title).toBe(titleOf('Create an account'))
  await waitFor(() =>
    expect(screen.getByText(titleOf('Create an account'))).toHaveAttribute('aria-live', 'polite'),
  )
})

test('a page has one heading of the first level and one main', async () => {
  api.signIn()
  openPage('/dashboard')
  await findHeading('Hello, Uma User')
  expect(screen.getAllByRole('heading', { level: 1 })).toHaveLength(1)
  expect(screen.getAllByRole('main')).toHaveLength(1)
})

test('the first stop of the keyboard skips to the content', async () => {
  const { user } = openPage('/login')
  await findHeading('Sign in')
  await user.tab()
  expect(screen.getByRole('link', { name: 'Skip to the content' })).toHaveFocus()
  await user.keyboard('{Enter}')
  expect(screen.getByRole('main')).toHaveFocus()
})

test('visitors see neither a name nor a way out', async () => {
  openPage('/login')
  await findHeading('Sign in')
  expect(screen.queryByRole('button', { name: 'Sign out' })).toBeNull()
  expect(screen.queryByRole('navigation')).toBeNull()
})

test('the dashboard shows the account', async () => {
  api.signIn()
  api.on('user.me', () =>
    answer({ ...uma, isEmailVerified: false, lastLoginAt: null, roles: ['USER', 'SUPPORT'] }),
  )
  openPage('/dashboard')
  await findHeading('Hello, Uma User')
  const card = within(screen.getByRole('region', { name: 'Your account' }))
  expect(card.getByText('uma@example.com')).toBeVisible()
  expect(screen.getByText('Not verified yet')).toBeVisible()
  expect(screen.getByText('This is the first')).toBeVisible()
  expect(screen.getByText('Member, Support')).toBeVisible()
  expect(screen.getByText(/2026/).closest('time')).toHaveAttribute('datetime', uma.createdAt)
})

test('the name leads to the settings, the key to who is signed in where, and each to the other', async () => {
  api.signIn()
  const { user } = openPage('/dashboard')
  await findHeading('Hello, Uma User')
  const card = screen.getByRole('region', { name: 'Your account' })
  expect(within(card).getByRole('link', { name: 'Where you are signed in' })).toHaveAttribute(
    'href',
    '/account/security',
  )
  const bar = within(screen.getByRole('navigation', { name: 'Account' }))
  await user.click(bar.getByRole('link', { name: 'Security' }))
  expect(await findHeading('Security')).toHaveFocus()
  expect(document.title).toBe(titleOf('Security'))
  const pages = within(screen.getByRole('navigation', { name: 'Settings and security' }))
  expect(pages.getByRole('link', { name: 'Security' })).toHaveAttribute('aria-current', 'page')
  await user.click(pages.getByRole('link', { name: 'Settings' }))
  expect(await findHeading('Settings')).toHaveFocus()
  await user.click(bar.getByRole('link', { name: 'Uma User, settings' }))
  expect(await findHeading('Settings')).toBeVisible()
})

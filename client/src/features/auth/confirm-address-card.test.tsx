import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { answer, api, refuse, uma } from '../../test/api.ts'
import { findHeading, openPage } from '../../test/open-page.tsx'

async function openDashboard() {
  api.signIn()
  api.on('user.me', () => answer({ ...uma, isEmailVerified: false }))
  const page = openPage('/dashboard')
  await findHeading('Hello, Uma User')
  return page
}

const card = () => within(screen.getByRole('region', { name: 'Confirm your address' }))
const confirmed = () => {
  api.on('user.me', () => answer(uma))
  return answer({ ok: true })
}

test('F9: who is in and has not confirmed does so there, and the card goes', async () => {
  const { user } = await openDashboard()
  api.on('auth.verifyEmail', confirmed)
  await user.type(card().getByLabelText('Code'), 'k7m2q9')
  await user.click(card().getByRole('button', { name: 'Confirm' }))
  expect(await screen.findByText('Your address is confirmed.')).toBeVisible()
  expect(screen.queryByRole('region', { name: 'Confirm your address' })).toBeNull()
  expect(screen.getByRole('main')).toHaveFocus()
})

test('where another browser registered, the password is asked for as well', async () => {
  const { user } = await openDashboard()
  api.on('auth.verifyEmail', () => refuse('PASSWORD_NEEDED'))
  await user.type(card().getByLabelText('Code'), 'k7m2q9')
  await user.click(card().getByRole('button', { name: 'Confirm' }))
  const password = await screen.findByLabelText('Password of the registration')
  await waitFor(() => expect(password).toHaveFocus())
  api.on('auth.verifyEmail', confirmed)
  await user.type(password, 'velvet{Enter}')
  await screen.findByText('Your address is confirmed.')
  expect(api.callsTo('auth.verifyEmail').at(-1)?.input).toEqual({
    email: 'uma@example.com',
    code: 'K7M2Q9',
    password: 'velvet',
  })
})

test('a code that is not the one stays; another letter can be asked for', async () => {
  const { user } = await openDashboard()
  api.on('auth.verifyEmail', () => refuse('TOKEN_INVALID'))
  await user.type(card().getByLabelText('Code'), 'K7M2Q9')
  await user.click(card().getByRole('button', { name: 'Confirm' }))
  expect(await card().findByRole('alert')).toHaveTextContent(/not the code of the newest letter/)
  expect(card().getByLabelText('Code')).toHaveValue('K7M2Q9')
  await user.click(card().getByRole('button', { name: 'Send another letter' }))
  expect(await card().findByText(/^Another letter is on its way/)).toBeVisible()
  expect(api.callsTo('auth.resendVerification').map(({ input }) => input)).toEqual([
    { email: 'uma@example.com' },
  ])
})

test('who has confirmed sees nothing of it', async () => {
  api.signIn()
  openPage('/dashboard')
  await findHeading('Hello, Uma User')
  expect(screen.queryByText('Confirm your address')).toBeNull()
  expect(screen.queryByText(/^Letters to/)).toBeNull()
})

import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { answer, api, refuse } from '../test/api.ts'
import { findHeading, openPage } from '../test/open-page.tsx'

/** A sign-in that is too old for what is asked, until the password was right. */
function wantStepUp() {
  let isFresh = false
  api.on('auth.changeEmail', () =>
    isFresh ? answer({ message: 'On its way.' }) : refuse('STEP_UP_REQUIRED'),
  )
  api.on('auth.stepUp', (input) => {
    isFresh = (input as { password: string }).password === 'right'
    return isFresh
      ? answer({ ok: true })
      : refuse('VALIDATION_FAILED', { fields: { password: 'This is not your password.' } })
  })
}

const field = (label: string) => screen.getByLabelText(label, { selector: 'input' })
const dialog = () => screen.findByRole('dialog', { name: 'Is it still you?' })

async function ask() {
  wantStepUp()
  api.signIn()
  const page = openPage('/settings')
  await findHeading('Settings')
  await page.user.type(field('New email address'), 'uma@elsewhere.example{Enter}')
  await dialog()
  return page
}

test('E9: the password once more, and what was asked for is done', async () => {
  const { user } = await ask()
  await user.type(field('Your password'), 'right{Enter}')
  expect(await screen.findByText('uma@elsewhere.example')).toBeVisible()
  expect(screen.queryByRole('dialog')).toBeNull()
  expect(api.callsTo('auth.changeEmail').map(({ input }) => input)).toEqual(
    [1, 2].map(() => ({ email: 'uma@elsewhere.example' })),
  )
})

test('a wrong password is said at its field, and the next one may be right', async () => {
  const { user } = await ask()
  await user.type(field('Your password'), 'wrong{Enter}')
  await waitFor(() =>
    expect(field('Your password')).toHaveAccessibleDescription('This is not your password.'),
  )
  expect(api.callsTo('auth.changeEmail')).toHaveLength(1)
  await user.clear(field('Your password'))
  await user.type(field('Your password'), 'right{Enter}')
  expect(await screen.findByText('uma@elsewhere.example')).toBeVisible()
})

test('who no longer knows it is led to a new one, and what was asked for is not done', async () => {
  const { user } = await ask()
  await user.click(screen.getByRole('link', { name: 'Forgot it?' }))
  await findHeading('Forgot your password?')
  expect(screen.queryByRole('dialog')).toBeNull()
  expect(field('Email address')).toHaveValue('uma@example.com')
  expect(api.callsTo('auth.changeEmail')).toHaveLength(1)
})

test('who cancels finds everything as it was, and hears no complaint', async () => {
  const { user } = await ask()
  await user.click(screen.getByRole('button', { name: 'Cancel' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(field('New email address')).toHaveValue('uma@elsewhere.example')
  await waitFor(() => expect(field('New email address')).toHaveFocus())
  expect(screen.queryByRole('alert')).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Change address' }))
  expect(await dialog()).toBeVisible()
})

test('too many passwords: it says how long to wait', async () => {
  const { user } = await ask()
  api.on('auth.stepUp', () => refuse('RATE_LIMITED', { retryAfter: 50 }))
  await user.type(field('Your password'), 'right{Enter}')
  expect(await screen.findByRole('alert')).toHaveTextContent('You can try again in 50 seconds.')
})

test('who was signed out meanwhile is asked nothing more', async () => {
  const { user, address } = await ask()
  api.on('auth.stepUp', () => refuse('UNAUTHENTICATED'))
  await user.type(field('Your password'), 'right{Enter}')
  await findHeading('Sign in')
  expect(address()).toBe('/login?next=/settings')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

test('a refusal that is about something else is not taken for it', async () => {
  api.on('auth.changeEmail', () => refuse('FORBIDDEN'))
  api.signIn()
  const { user } = openPage('/settings')
  await findHeading('Settings')
  await user.type(field('New email address'), 'uma@elsewhere.example{Enter}')
  await screen.findByRole('alert')
  expect(screen.queryByRole('dialog')).toBeNull()
})

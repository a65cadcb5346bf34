import { act, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { answer, api, refuse } from '../../test/api.ts'
import { findHeading, openPage } from '../../test/open-page.tsx'

afterEach(() => vi.useRealTimers())

const GOOD = 'paper-lantern-orchard-17'
const field = (label: string) => screen.getByLabelText(label, { selector: 'input' })

async function register() {
  const page = openPage('/register')
  await page.user.type(await screen.findByLabelText('Name'), 'Nora')
  await page.user.type(field('Email address'), 'nora@exmaple.com')
  await page.user.type(field('Password'), GOOD)
  await page.user.type(field('Repeat password'), GOOD)
  await page.user.click(screen.getByRole('button', { name: 'Create account' }))
  await findHeading('Check your mail')
  return page
}

test('F9: the code of the letter is typed where the account was made', async () => {
  const { user } = await register()
  await user.type(field('Code'), 'k7m2q9')
  await user.click(screen.getByRole('button', { name: 'Confirm this address' }))
  expect(await findHeading('Your address is confirmed')).toHaveFocus()
  expect(api.callsTo('auth.verifyEmail').map(({ input }) => input)).toEqual([
    { email: 'nora@exmaple.com', code: 'K7M2Q9' },
  ])
})

test('a code that is not the one stays where it was typed', async () => {
  api.on('auth.verifyEmail', () => refuse('TOKEN_INVALID'))
  const { user } = await register()
  await user.type(field('Code'), 'K7M2Q9')
  await user.click(screen.getByRole('button', { name: 'Confirm this address' }))
  expect(await screen.findByRole('alert')).toHaveTextContent(/not the code of the newest letter/)
  expect(field('Code')).toHaveValue('K7M2Q9')
})

test('a wrong address is changed with everything else filled in but the password', async () => {
  const { user } = await register()
  await user.click(screen.getByRole('link', { name: 'Change it' }))
  await findHeading('Create an account')
  expect(field('Name')).toHaveValue('Nora')
  expect(field('Email address')).toHaveValue('nora@exmaple.com')
  expect(field('Password')).toHaveValue('')
})

test('another letter can be asked for after half a minute, and then again', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true })
  const { user } = await register()
  const button = () => screen.getByRole('button', { name: /^Send another letter/ })
  expect(button()).toHaveAccessibleName(/in 0:(30|2\d)$/)
  await user.click(button())
  expect(api.callsTo('auth.resendVerification')).toEqual([])
  await act(() => vi.advanceTimersByTimeAsync(31_000))
  expect(button()).toHaveAccessibleName('Send another letter')
  await user.click(button())
  expect(await screen.findByText(/^Another letter is on its way to nora@exmaple.com/)).toBeVisible()
  expect(button()).toHaveAccessibleName(/in 0:(30|2\d)$/)
})

test('the letter’s way is followed until it has left, and not asked about after that', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true })
  await register()
  expect(await screen.findByText('The letter is on its way.')).toBeVisible()
  api.on('auth.letterFate', () => answer({ state: 'sent' }))
  await act(() => vi.advanceTimersByTimeAsync(6_000))
  expect(await screen.findByText(/^The letter has left us/)).toBeVisible()
  const asked = api.callsTo('auth.letterFate').length
  await act(() => vi.advanceTimersByTimeAsync(30_000))
  expect(api.callsTo('auth.letterFate')).toHaveLength(asked)
  expect(api.callsTo('auth.letterFate')[0]?.input).toEqual({ email: 'nora@exmaple.com' })
})

test('a letter that came back is said, to those who listen too', async () => {
  api.on('auth.letterFate', () => answer({ state: 'returned' }))
  await register()
  const word = await screen.findByText(/^The letter has come back/)
  expect(word.closest('[role=status]')).not.toBeNull()
})

test('nobody hears that the letter’s way cannot be followed', async () => {
  api.on('auth.letterFate', () => refuse('INTERNAL'))
  await register()
  await waitFor(() => expect(api.callsTo('auth.letterFate').length).toBeGreaterThan(0))
  expect(screen.queryByRole('alert')).toBeNull()
})

import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { api, refuse } from '../../test/api.ts'
import { findHeading, openPage } from '../../test/open-page.tsx'

const GOOD = 'paper-lantern-orchard-17'

type Entries = { name?: string; email?: string; password?: string; again?: string }

async function register(
  page: ReturnType<typeof openPage>,
  { name = '', email = 'new@example.com', password = GOOD, again = password }: Entries,
) {
  const fill = async (label: string, text: string) =>
    text && page.user.type(await screen.findByLabelText(label), text)
  await fill('Name', name)
  await fill('Email address', email)
  await fill('Password', password)
  await fill('Repeat password', again)
  await page.user.click(screen.getByRole('button', { name: 'Create account' }))
}

const description = async (label: string) =>
  (await screen.findByLabelText(label)).getAttribute('aria-describedby')
const errorAt = (label: string, text: string | RegExp) =>
  waitFor(() => expect(screen.getByLabelText(label)).toHaveAccessibleDescription(expect.stringMatching(text)))

test('registering leads to a page that says where the letter went, and not in the address bar', async () => {
  const page = openPage('/register')
  await register(page, { name: ' Nora ', email: 'New@Example.com' })
  expect(await findHeading('Check your mail')).toHaveFocus()
  expect(screen.getByText('new@example.com')).toBeVisible()
  expect(page.address()).toBe('/register/sent')
  expect(api.callsTo('auth.register')[0]?.input).toEqual({
    email: 'new@example.com',
    password: GOOD,
    displayName: 'Nora',
  })
  expect(screen.getByRole('link', { name: 'local inbox' })).toHaveAttribute('href', '/dev/inbox')
  expect(screen.getByRole('link', { name: 'Go to sign in' })).toHaveAttribute('href', '/login')
})

test('without a name none is sent', async () => {
  const page = openPage('/signup')
  await register(page, {})
  await findHeading('Check your mail')
  expect(api.callsTo('auth.register')[0]?.input).toEqual({ email: 'new@example.com', password: GOOD })
})

test('two different passwords are not sent', async () => {
  const page = openPage('/register')
  await register(page, { again: 'paper-lantern-orchard-18' })
  await errorAt('Repeat password', 'The two passwords are not the same.')
  expect(api.callsTo('auth.register')).toEqual([])
})

test('a mismatch that is mended in the first field is mended in both', async () => {
  const page = openPage('/register')
  await register(page, { password: `${GOOD}-x`, again: GOOD })
  await errorAt('Repeat password', 'The two passwords are not the same.')
  const password = screen.getByLabelText('Password')
  await page.user.clear(password)
  await page.user.type(password, GOOD)
  await waitFor(() => expect(screen.getByLabelText('Repeat password')).toBeValid())
})

test.each([
  ['short', 'Use between 12 and 256 characters.'],
  ['password1234', /Use|list|easy/],
  ['new-person-at-the-door', /Leave out your email name/],
  ['aaaaaaaaaaaaaaaa', /too easy to guess|everybody tries/],
])('the password %s is refused before it is sent', async (password, sentence) => {
  const page = openPage('/register')
  await register(page, { email: 'new-person@example.com', password })
  await errorAt('Password', sentence)
  expect(api.calls).toEqual([])
})

test('the rules tick themselves off while the password is typed', async () => {
  const { user } = openPage('/register')
  const password = await screen.findByLabelText('Password')
  const rules = within(screen.getByRole('list'))
  expect(rules.queryAllByText('(met)', { exact: false })).toHaveLength(0)
  await user.type(password, 'zqxjv')
  await waitFor(() => expect(rules.getAllByText('(met)', { exact: false })).toHaveLength(2))
  expect(screen.getByText('weak')).toBeVisible()
  await user.clear(password)
  await user.type(password, GOOD)
  await waitFor(() => expect(rules.getAllByText('(met)', { exact: false })).toHaveLength(4))
  expect(screen.getByText('strong')).toBeVisible()
  expect(await screen.findByText('4 of 4 password rules met. Strength: strong.')).toHaveAttribute(
    'role',
    'status',
  )
  expect(await description('Password')).toContain(screen.getByRole('list').id)
})

test('what only the server knows of a password stands at the password', async () => {
  api.on('auth.register', () =>
    refuse('VALIDATION_FAILED', { fields: { password: 'Not this one, please.' } }),
  )
  const page = openPage('/register')
  await register(page, {})
  await errorAt('Password', 'Not this one, please.')
  expect(screen.getByLabelText('Password')).toHaveValue(GOOD)
  expect(screen.getByLabelText('Repeat password')).toHaveValue(GOOD)
})

test('whoever registers too often loses nothing that was typed, and hears how long to wait', async () => {
  api.on('auth.register', () => refuse('RATE_LIMITED', { retryAfter: 3000 }))
  const page = openPage('/register')
  await register(page, { name: 'Nora' })
  expect(await screen.findByRole('alert')).toHaveTextContent(
    /^Many accounts were made from your network\. .* You can try again in 50 minutes\.$/,
  )
  for (const [label, text] of [
    ['Name', 'Nora'],
    ['Email address', 'new@example.com'],
    ['Password', GOOD],
    ['Repeat password', GOOD],
  ] as const)
    expect(screen.getByLabelText(label)).toHaveValue(text)
})

test('password managers find their fields', async () => {
  openPage('/register')
  expect(await screen.findByLabelText('Name')).toHaveAttribute('autocomplete', 'name')
  expect(screen.getByLabelText('Email address')).toHaveAttribute('autocomplete', 'email')
  expect(screen.getByLabelText('Password')).toHaveAttribute('autocomplete', 'new-password')
  expect(screen.getByLabelText('Repeat password')).toHaveAttribute('autocomplete', 'new-password')
})

test('the page after registering stands by itself', async () => {
  openPage('/register/sent')
  await findHeading('Check your mail')
  expect(screen.getByText(/to the address you gave/)).toBeVisible()
  expect(screen.getByRole('link', { name: 'Type the code of the letter' })).toHaveAttribute(
    'href',
    '/verify-email',
  )
})

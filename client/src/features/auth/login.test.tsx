import { sentenceOf } from '@latchkey/shared/errors'
import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { answer, api, gateway, REQUEST_ID, refuse, setCsrfCookie, uma } from '../../test/api.ts'
import { hold } from '../../test/held.ts'
import { findHeading, openPage } from '../../test/open-page.tsx'

async function fillIn(
  { user }: Pick<ReturnType<typeof openPage>, 'user'>,
  email = 'uma@example.com',
  password = 'secret',
) {
  if (email) await user.type(await screen.findByLabelText('Email address'), email)
  if (password) await user.type(await screen.findByLabelText('Password'), password)
  await user.click(await screen.findByRole('button', { name: 'Sign in' }))
}

test('signing in leads to the dashboard and shows who is in', async () => {
  const page = openPage('/login')
  await fillIn(page, ' Uma@Example.com ')
  expect(await findHeading('Hello, Uma User')).toBeVisible()
  expect(page.address()).toBe('/dashboard')
  expect(api.callsTo('auth.login')[0]?.input).toEqual({ email: 'uma@example.com', password: 'secret' })
  expect(screen.getByRole('button', { name: 'Sign out' })).toBeVisible()
})

test('who has pressed Tab while the dashboard was on its way is not called back to its heading', async () => {
  const { held, go } = hold()
  const page = openPage('/login')
  api.on('auth.login', async () => {
    await held
    setCsrfCookie('s')
    return answer({ user: uma })
  })
  await fillIn(page)
  await page.user.tab()
  go()
  expect(await findHeading('Hello, Uma User')).not.toHaveFocus()
})

test('signing in leads back to where the visitor was headed', async () => {
  const page = openPage('/login?next=/dashboard?tab=a')
  await fillIn(page)
  await findHeading('Hello, Uma User')
  expect(page.address()).toBe('/dashboard?tab=a')
})

test.each(['//evil.example/x', 'https://evil.example', '/%2fevil.example'])(
  'the return path %s is dropped',
  async (next) => {
    const page = openPage(`/login?next=${encodeURIComponent(next)}`)
    await fillIn(page)
    await findHeading('Hello, Uma User')
    expect(page.address()).toBe('/dashboard')
  },
)

test('wrong credentials are said in a banner that takes the focus, and nothing typed is lost', async () => {
  api.on('auth.login', () => refuse('INVALID_CREDENTIALS'))
  const page = openPage('/login')
  await fillIn(page)
  const banner = await screen.findByRole('alert')
  expect(banner).toHaveTextContent(sentenceOf('INVALID_CREDENTIALS'))
  expect(banner).toHaveFocus()
  expect(screen.getByLabelText('Email address')).toHaveValue('uma@example.com')
  expect(screen.getByLabelText('Password')).toHaveValue('secret')
  expect(banner).not.toHaveTextContent(REQUEST_ID)
})

test('a browser that cannot work for a proof says what is wanted, and loses nothing', async () => {
  api.on('auth.login', () => refuse('CAPTCHA_REQUIRED'))
  api.on('captcha.ask', () => answer({ challenge: '{}' }))
  const page = openPage('/login')
  await fillIn(page)
  expect(await screen.findByRole('alert')).toHaveTextContent(sentenceOf('CAPTCHA_REQUIRED'))
  expect(screen.getByLabelText('Password')).toHaveValue('secret')
  expect(api.callsTo('auth.login')).toHaveLength(2)
})

test('the same refusal twice takes the focus twice', async () => {
  api.on('auth.login', () => refuse('INVALID_CREDENTIALS'))
  const page = openPage('/login')
  await fillIn(page)
  await screen.findByRole('alert')
  await page.user.click(screen.getByRole('button', { name: 'Sign in' }))
  await waitFor(() => expect(api.callsTo('auth.login')).toHaveLength(2))
  await waitFor(() => expect(screen.getByRole('alert')).toHaveFocus())
})

test('an empty form is not sent; each field says what it wants, and the first takes the focus', async () => {
  const page = openPage('/login')
  await fillIn(page, '', '')
  const email = await screen.findByLabelText('Email address')
  await waitFor(() =>
    expect(email).toHaveAccessibleDescription('Write an email address, such as ada@example.com.'),
  )
  expect(email).toBeInvalid()
  expect(email).toHaveFocus()
  expect(screen.getByLabelText('Password')).toHaveAccessibleDescription('Enter your password.')
  expect(api.calls).toEqual([])
})

test('what the server says of a field stands at that field', async () => {
  api.on('auth.login', () =>
    refuse('VALIDATION_FAILED', { fields: { email: 'We do not write to this one.' } }),
  )
  const page = openPage('/login')
  await fillIn(page)
  const email = await screen.findByLabelText('Email address')
  await waitFor(() => expect(email).toHaveAccessibleDescription('We do not write to this one.'))
  await waitFor(() => expect(email).toHaveFocus())
  expect(screen.queryByRole('alert')).toBeNull()
})

test('what the server says of the whole form stands above it', async () => {
  const fields = { _: 'This holds fields that we do not know.' }
  api.on('auth.login', () => refuse('VALIDATION_FAILED', { fields }))
  const page = openPage('/login')
  await fillIn(page)
  expect(await screen.findByRole('alert')).toHaveTextContent(fields._)
})

test('what the server says of a field that is not here stands above the form', async () => {
  const fields = { email: 'Not this one.', captchaToken: 'Show that you are a person.' }
  api.on('auth.login', () => refuse('VALIDATION_FAILED', { fields }))
  const page = openPage('/login')
  await fillIn(page)
  expect(await screen.findByRole('alert')).toHaveTextContent(fields.captchaToken)
  expect(screen.getByLabelText('Email address')).toHaveAccessibleDescription(fields.email)
})

test('who guessed too often is told so, and how long to wait', async () => {
  api.on('auth.login', () => refuse('RATE_LIMITED', { retryAfter: 290 }))
  const page = openPage('/login')
  await fillIn(page)
  const banner = await screen.findByRole('alert')
  expect(banner).toHaveTextContent(
    'Many wrong passwords came from your network. Please wait a moment and try again. You can try again in 5 minutes.',
  )
  expect(banner).toHaveFocus()
  expect(banner).not.toHaveTextContent(REQUEST_ID)
  expect(screen.getByLabelText('Password')).toHaveValue('secret')
  expect(screen.getByRole('button', { name: 'Sign in' })).toBeEnabled()
})

test('whose sign-in was refused reads the same, whoever it is; who has to wait does not read it', async () => {
  api.on('auth.login', () => refuse('INVALID_CREDENTIALS'))
  const page = openPage('/login')
  await fillIn(page)
  expect(await screen.findByRole('alert')).toHaveTextContent(sentenceOf('INVALID_CREDENTIALS'))
  const hints = screen.getAllByRole('listitem').map(({ textContent }) => textContent)
  expect(hints).toEqual([
    'Forgot it? Choose a new one by mail.',
    expect.stringMatching(/^Just registered\? Confirm your address first/),
    expect.stringMatching(/^Sure that it is right\? .* before\.$/),
  ])
  api.on('auth.login', () => refuse('RATE_LIMITED', { retryAfter: 40 }))
  await page.user.click(screen.getByRole('button', { name: 'Sign in' }))
  await waitFor(() => expect(screen.getByRole('alert')).toHaveTextContent('in 40 seconds'))
  expect(screen.queryByRole('listitem')).toBeNull()
})

test('a server that is away is said kindly, with an id to report', async () => {
  api.on('auth.login', gateway)
  const page = openPage('/login')
  await fillIn(page)
  const banner = await screen.findByRole('alert')
  expect(banner).toHaveTextContent('The server is not ready to answer.')
  expect(banner).toHaveTextContent(REQUEST_ID)
  expect(screen.getByLabelText('Password')).toHaveValue('secret')
})

test('while the answer is awaited the form is shut and cannot be sent twice', async () => {
  const { held, go } = hold()
  api.on('auth.login', async () => {
    await held
    setCsrfCookie('s')
    return answer({ user: uma })
  })
  const page = openPage('/login')
  await fillIn(page)
  const button = await screen.findByRole('button', { name: 'Signing in…' })
  expect(button).toBeDisabled()
  expect(screen.getByLabelText('Email address')).toBeDisabled()
  await page.user.click(button)
  await page.user.keyboard('{Enter}')
  go()
  await findHeading('Hello, Uma User')
  expect(api.callsTo('auth.login')).toHaveLength(1)
})

test('password managers find their fields', async () => {
  openPage('/login')
  expect(await screen.findByLabelText('Email address')).toHaveAttribute('autocomplete', 'username')
  expect(screen.getByLabelText('Password')).toHaveAttribute('autocomplete', 'current-password')
})

test('a password can be shown and hidden', async () => {
  const { user } = openPage('/login')
  const field = await screen.findByLabelText('Password')
  const toggle = screen.getByRole('button', { name: 'Show password', pressed: false })
  await user.type(field, 'secret')
  await user.click(toggle)
  expect(field).toHaveAttribute('type', 'text')
  expect(toggle).toHaveAttribute('aria-pressed', 'true')
  await user.click(toggle)
  expect(field).toHaveAttribute('type', 'password')
  expect(field).toHaveValue('secret')
})

test.each([
  ['Forgot your password?', 'Forgot your password?', '/forgot-password'],
  ['Choose a new one by mail', 'Forgot your password?', '/forgot-password'],
  ['Confirm your address', 'Confirm your address', '/verify-email'],
])(
  '%s: leads on, with the address that was typed and not in the address bar',
  async (link, heading, path) => {
    api.on('auth.login', () => refuse('INVALID_CREDENTIALS'))
    const page = openPage('/login')
    await fillIn(page)
    await screen.findByRole('alert')
    await page.user.click(screen.getByRole('link', { name: link }))
    expect(await findHeading(heading)).toHaveFocus()
    expect(page.address()).toBe(path)
    expect(screen.getByLabelText('Email address')).toHaveValue('uma@example.com')
  },
)

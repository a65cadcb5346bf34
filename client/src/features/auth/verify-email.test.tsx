import { sentenceOf } from '@latchkey/shared/errors'
import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { answer, api, refuse, uma } from '../../test/api.ts'
import { hold } from '../../test/held.ts'
import { findHeading, openPage } from '../../test/open-page.tsx'

const TOKEN = 'Zk0mS1rj8o4vXc2Tq7uYw5nB9dLfHgPaEiRtVsNxKzM'
const LINK = `/verify-email#token=${TOKEN}`
const GOOD = 'paper-lantern-orchard-17'

type Page = ReturnType<typeof openPage>
const sent = () => api.callsTo('auth.verifyEmail').map(({ input }) => input)
const field = (label: string) => screen.getByLabelText(label, { selector: 'input' })
const press = (page: Page, name: string) => page.user.click(screen.getByRole('button', { name }))
const errorAt = (label: string, text: string | RegExp) =>
  waitFor(() => expect(field(label)).toHaveAccessibleDescription(expect.stringMatching(text)))

async function openLink() {
  const page = openPage(LINK)
  await findHeading('Confirm your address')
  return page
}

/** The browser is not the one that registered. */
const wantPassword = () =>
  api.on('auth.verifyEmail', (input) =>
    Object.keys(input as object).some((key) => /password/i.test(key))
      ? answer({ ok: true })
      : refuse('PASSWORD_NEEDED'),
  )

test('C11, E7, D3: opening the link takes the token out of the address and the history, and uses nothing up', async () => {
  const page = await openLink()
  expect(page.address()).toBe('/verify-email')
  expect(page.router.history.length).toBe(1)
  expect(JSON.stringify(page.router.history.location)).not.toContain(TOKEN)
  expect(api.calls).toEqual([])
})

test('F9: one click confirms the address, and leads to the sign-in page', async () => {
  const page = await openLink()
  await press(page, 'Confirm this address')
  expect(await findHeading('Your address is confirmed')).toHaveFocus()
  expect(sent()).toEqual([{ token: TOKEN }])
  await page.user.click(screen.getByRole('link', { name: 'Go to sign in' }))
  await findHeading('Sign in')
})

test('while the answer is awaited a second click sends nothing', async () => {
  const { held, go } = hold()
  api.on('auth.verifyEmail', async () => {
    await held
    return answer({ ok: true })
  })
  const page = await openLink()
  await page.user.dblClick(screen.getByRole('button', { name: 'Confirm this address' }))
  expect(await screen.findByRole('button', { name: 'One moment…' })).toBeDisabled()
  go()
  await findHeading('Your address is confirmed')
  expect(sent()).toHaveLength(1)
})

test('who is signed in is confirmed from then on, and goes on to the dashboard', async () => {
  api.signIn()
  api.on('user.me', () => answer({ ...uma, isEmailVerified: false }))
  const page = await openLink()
  api.on('user.me', () => answer(uma))
  await press(page, 'Confirm this address')
  await findHeading('Your address is confirmed')
  await page.user.click(screen.getByRole('link', { name: 'Go to your dashboard' }))
  await findHeading('Hello, Uma User')
  expect(screen.getByText('Verified')).toBeVisible()
})

test.each(['TOKEN_INVALID', 'VALIDATION_FAILED'] as const)(
  '%s: it says what else can be done',
  async (code) => {
    api.on('auth.verifyEmail', () => refuse(code))
    const page = await openLink()
    await press(page, 'Confirm this address')
    expect(await findHeading('This link is used up')).toHaveFocus()
    await press(page, 'Ask for another letter')
    expect(await findHeading('Confirm your address')).toHaveFocus()
    expect(field('Code')).toBeVisible()
  },
)

test('what passes is said, and the second try works', async () => {
  api.on('auth.verifyEmail', () => refuse('BUSY'))
  const page = await openLink()
  await press(page, 'Confirm this address')
  expect(await screen.findByRole('alert')).toHaveTextContent(sentenceOf('BUSY'))
  api.on('auth.verifyEmail', () => answer({ ok: true }))
  await press(page, 'Confirm this address')
  await findHeading('Your address is confirmed')
})

test('E10: in another browser the password of the registration is asked for; a wrong one is said at its field', async () => {
  wantPassword()
  const page = await openLink()
  await press(page, 'Confirm this address')
  expect(await findHeading('Was it you who registered?')).toHaveFocus()
  api.on('auth.verifyEmail', () =>
    refuse('VALIDATION_FAILED', { fields: { password: 'This is not the password.' } }),
  )
  await page.user.type(field('Password of the registration'), 'wrong')
  await press(page, 'Confirm this address')
  await errorAt('Password of the registration', 'This is not the password.')
  expect(field('Password of the registration')).toHaveValue('wrong')
  wantPassword()
  await page.user.clear(field('Password of the registration'))
  await page.user.type(field('Password of the registration'), GOOD)
  await press(page, 'Confirm this address')
  expect(await findHeading('Your address is confirmed')).toHaveFocus()
  expect(sent().at(-1)).toEqual({ token: TOKEN, password: GOOD })
})

test('E10: who chose none begins anew with a new password; what the server knows of it is said at its field', async () => {
  wantPassword()
  const page = await openLink()
  await press(page, 'Confirm this address')
  await findHeading('Was it you who registered?')
  await press(page, 'I did not choose one')
  expect(await findHeading('Begin anew')).toHaveFocus()
  await page.user.type(field('New password'), GOOD)
  await page.user.type(field('Repeat new password'), GOOD)
  api.on('auth.verifyEmail', () =>
    refuse('VALIDATION_FAILED', { fields: { newPassword: 'Leave out your email name.' } }),
  )
  await press(page, 'Begin with this password')
  await errorAt('New password', 'Leave out your email name.')
  expect(field('Repeat new password')).toHaveValue(GOOD)
  wantPassword()
  await press(page, 'Begin with this password')
  expect(await findHeading('Your address is confirmed')).toHaveFocus()
  expect(sent().at(-1)).toEqual({ token: TOKEN, newPassword: GOOD })
})

test('a link that ends while the password is typed says so', async () => {
  wantPassword()
  const page = await openLink()
  await press(page, 'Confirm this address')
  await findHeading('Was it you who registered?')
  api.on('auth.verifyEmail', () => refuse('TOKEN_INVALID'))
  await page.user.type(field('Password of the registration'), GOOD)
  await press(page, 'Confirm this address')
  await findHeading('This link is used up')
})

async function typeCode({ email = 'uma@example.com', code = 'abc 2-34' } = {}) {
  const page = openPage('/verify-email')
  await findHeading('Confirm your address')
  if (email) await page.user.type(field('Email address'), email)
  if (code) await page.user.type(field('Code'), code)
  await press(page, 'Confirm this address')
  return page
}

test('F9: without the link, address and code do, in any case and with gaps', async () => {
  await typeCode({ email: 'Uma@Example.com' })
  await findHeading('Your address is confirmed')
  expect(sent()).toEqual([{ email: 'uma@example.com', code: 'ABC234' }])
})

test('a code that cannot be one is not sent', async () => {
  await typeCode({ code: 'ABC01' })
  await errorAt('Code', 'A code has six letters and digits.')
  expect(sent()).toEqual([])
})

test('a code that is not the one is said, nothing typed is lost, and the next one does', async () => {
  api.on('auth.verifyEmail', () => refuse('TOKEN_INVALID'))
  const page = await typeCode()
  expect(await screen.findByRole('alert')).toHaveTextContent(/^That is not the code of the newest letter/)
  expect(field('Email address')).toHaveValue('uma@example.com')
  expect(field('Code')).toHaveValue('abc 2-34')
  api.on('auth.verifyEmail', () => answer({ ok: true }))
  await press(page, 'Confirm this address')
  await findHeading('Your address is confirmed')
})

test('a code in another browser wants the password too; one that is used up meanwhile can be typed anew', async () => {
  api.on('auth.verifyEmail', () => refuse('PASSWORD_NEEDED'))
  const page = await typeCode()
  await findHeading('Was it you who registered?')
  api.on('auth.verifyEmail', () => refuse('TOKEN_INVALID'))
  await page.user.type(field('Password of the registration'), GOOD)
  await press(page, 'Confirm this address')
  await findHeading('This code is used up')
  expect(sent().at(-1)).toEqual({ email: 'uma@example.com', code: 'ABC234', password: GOOD })
  await press(page, 'Type another code')
  expect(await screen.findByLabelText('Code')).toBeVisible()
})

test('another letter needs an address, and then a pause', async () => {
  const page = openPage('/verify-email')
  await findHeading('Confirm your address')
  await press(page, 'Send another letter')
  await errorAt('Email address', /Write an email address/)
  expect(api.callsTo('auth.resendVerification')).toEqual([])
  await page.user.type(field('Email address'), 'uma@example.com')
  await press(page, 'Send another letter')
  expect(await screen.findByText(/^If it is still to be confirmed/)).toBeVisible()
  const again = screen.getByRole('button', { name: /^Send another letter in 0:\d\d$/ })
  await page.user.click(again)
  expect(api.callsTo('auth.resendVerification').map(({ input }) => input)).toEqual([
    { email: 'uma@example.com' },
  ])
})

test('too many letters: it says how long, and counts it down', async () => {
  api.on('auth.resendVerification', () => refuse('RATE_LIMITED', { retryAfter: 2_945 }))
  const page = openPage('/verify-email')
  await findHeading('Confirm your address')
  await page.user.type(field('Email address'), 'uma@example.com')
  await press(page, 'Send another letter')
  expect(await screen.findByRole('alert')).toHaveTextContent('You can try again in 50 minutes.')
  expect(screen.getByRole('button', { name: /^Send another letter in 49:0\d$/ })).toHaveAttribute(
    'aria-disabled',
    'true',
  )
  expect(field('Email address')).toHaveValue('uma@example.com')
})

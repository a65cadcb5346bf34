import { sentenceOf } from '@latchkey/shared/errors'
import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { answer, api, refuse, uma } from '../../test/api.ts'
import { hold } from '../../test/held.ts'
import { findHeading, openPage } from '../../test/open-page.tsx'

const TOKEN = 'Zk0mS1rj8o4vXc2Tq7uYw5nB9dLfHgPaEiRtVsNxKzM'
const GOOD = 'paper-lantern-orchard-17'
const SET = 'Your new password is set. Sign in with it.'

type Page = ReturnType<typeof openPage>
const field = (label: string) => screen.getByLabelText(label, { selector: 'input' })
const press = (page: Page, name: string) => page.user.click(screen.getByRole('button', { name }))
const inputsOf = (path: string) => api.callsTo(path).map(({ input }) => input)
const errorAt = (label: string, text: string | RegExp) =>
  waitFor(() => expect(field(label)).toHaveAccessibleDescription(expect.stringMatching(text)))

async function choose(page: Page, password = GOOD, again = password) {
  await page.user.type(field('New password'), password)
  await page.user.type(field('Repeat new password'), again)
  await press(page, 'Set the new password')
}

async function openLink() {
  const page = openPage(`/reset-password#token=${TOKEN}`)
  await findHeading('Choose a new password')
  return page
}

test('C11, E7: the token leaves the address and the history, and nothing is asked by opening', async () => {
  const page = await openLink()
  expect(page.address()).toBe('/reset-password')
  expect(JSON.stringify(page.router.history.location)).not.toContain(TOKEN)
  expect(api.calls).toEqual([])
})

test('E5, F9: a new password by the link, and then the sign-in page, which says so', async () => {
  const page = await openLink()
  await choose(page)
  expect(await screen.findByText(SET)).toBeVisible()
  expect(page.address()).toBe('/login')
  expect(inputsOf('auth.resetPassword')).toEqual([{ token: TOKEN, password: GOOD }])
})

test('E5: who was signed in here no longer is', async () => {
  api.signIn()
  const page = openPage('/dashboard')
  await findHeading('Hello, Uma User')
  await page.router.navigate({ to: '/reset-password', hash: `token=${TOKEN}` })
  await findHeading('Choose a new password')
  api.on('auth.resetPassword', () => {
    api.endSession()
    return answer({ ok: true })
  })
  await choose(page)
  expect(await screen.findByText(SET)).toBeVisible()
  expect(page.address()).toBe('/login')
})

test('while the answer is awaited it cannot be sent twice', async () => {
  const { held, go } = hold()
  api.on('auth.resetPassword', async () => {
    await held
    return answer({ ok: true })
  })
  const page = await openLink()
  await choose(page)
  expect(await screen.findByRole('button', { name: 'Setting it…' })).toBeDisabled()
  await page.user.keyboard('{Enter}')
  go()
  await screen.findByText(SET)
  expect(inputsOf('auth.resetPassword')).toHaveLength(1)
})

test.each([
  ['too short', ['short'], 'New password', 'Use between 12 and 256 characters.'],
  ['typed differently', [GOOD, `${GOOD}-x`], 'Repeat new password', /not the same/],
])('%s: it is not sent, and says where', async (_, typed, label, sentence) => {
  const page = await openLink()
  await choose(page, typed[0], typed[1])
  await errorAt(label, sentence)
  expect(inputsOf('auth.resetPassword')).toEqual([])
})

test('what only the server knows of the password is said at its field', async () => {
  api.on('auth.resetPassword', () =>
    refuse('VALIDATION_FAILED', { fields: { password: 'Leave out your name.' } }),
  )
  const page = await openLink()
  await choose(page)
  await errorAt('New password', 'Leave out your name.')
  expect(field('Repeat new password')).toHaveValue(GOOD)
})

test('a link that is over leads to another letter', async () => {
  api.on('auth.resetPassword', () => refuse('TOKEN_INVALID'))
  const page = await openLink()
  await choose(page)
  expect(await findHeading('This link is used up')).toHaveFocus()
  await page.user.click(screen.getByRole('link', { name: 'Ask for another letter' }))
  await findHeading('Forgot your password?')
})

test('whose answer was lost is told that the password may be set, and led to where that shows', async () => {
  api.on('auth.resetPassword', () => Response.error())
  const page = await openLink()
  await choose(page)
  await screen.findByRole('alert')
  api.on('auth.resetPassword', () => refuse('TOKEN_INVALID'))
  await press(page, 'Set the new password')
  await findHeading('This link is used up')
  expect(screen.getByText(/it may be set all the same/)).toBeVisible()
  await page.user.click(screen.getByRole('link', { name: 'Go to sign in' }))
  await findHeading('Sign in')
})

test('what passes is said, nothing is lost, and the second try works', async () => {
  api.on('auth.resetPassword', () => refuse('BUSY'))
  const page = await openLink()
  await choose(page)
  expect(await screen.findByRole('alert')).toHaveTextContent(sentenceOf('BUSY'))
  expect(field('New password')).toHaveValue(GOOD)
  api.on('auth.resetPassword', () => answer({ ok: true }))
  await press(page, 'Set the new password')
  await screen.findByText(SET)
})

async function ask(email = 'uma@example.com') {
  const page = openPage('/forgot-password')
  await findHeading('Forgot your password?')
  await page.user.type(field('Email address'), email)
  await press(page, 'Send me a letter')
  return page
}

test('F9: who forgot it asks for a letter, types its code and chooses a new one', async () => {
  const page = await ask('Uma@Example.com')
  expect(await findHeading('Check your mail')).toHaveFocus()
  expect(screen.getByText('uma@example.com')).toBeVisible()
  expect(page.address()).toBe('/forgot-password')
  await page.user.type(field('Code'), 'k7m-2q9')
  await choose(page)
  expect(await screen.findByText(SET)).toBeVisible()
  expect(inputsOf('auth.forgotPassword')).toEqual([{ email: 'uma@example.com' }])
  expect(inputsOf('auth.resetPassword')).toEqual([
    { email: 'uma@example.com', code: 'K7M2Q9', password: GOOD },
  ])
})

test('a code that is not the one is said, and nothing typed is lost', async () => {
  api.on('auth.resetPassword', () => refuse('TOKEN_INVALID'))
  const page = await ask()
  await findHeading('Check your mail')
  await page.user.type(field('Code'), 'K7M2Q9')
  await choose(page)
  expect(await screen.findByRole('alert')).toHaveTextContent(/^That is not the code of the newest letter/)
  expect(field('Code')).toHaveValue('K7M2Q9')
  expect(field('New password')).toHaveValue(GOOD)
})

test('F9: a reload keeps the place where the code is typed', async () => {
  const page = await ask()
  await findHeading('Check your mail')
  page.reload()
  await findHeading('Check your mail')
  await page.user.type(field('Code'), 'K7M2Q9')
  await choose(page)
  expect(await screen.findByText(SET)).toBeVisible()
  expect(inputsOf('auth.resetPassword')).toEqual([
    { email: 'uma@example.com', code: 'K7M2Q9', password: GOOD },
  ])
})

test('a wrong address is changed, and stands there to be changed', async () => {
  const page = await ask()
  await findHeading('Check your mail')
  await press(page, 'Change it')
  await findHeading('Forgot your password?')
  expect(field('Email address')).toHaveValue('uma@example.com')
})

test('too many letters: it says how long, and keeps the address', async () => {
  api.on('auth.forgotPassword', () => refuse('RATE_LIMITED', { retryAfter: 3000 }))
  await ask()
  expect(await screen.findByRole('alert')).toHaveTextContent('You can try again in 50 minutes.')
  expect(field('Email address')).toHaveValue('uma@example.com')
})

test('no address is no reason to ask the server', async () => {
  const page = openPage('/forgot-password')
  await findHeading('Forgot your password?')
  await press(page, 'Send me a letter')
  await errorAt('Email address', /Write an email address/)
  expect(api.calls).toEqual([])
})

test('who is signed in can ask as well', async () => {
  api.signIn()
  api.on('user.me', () => answer(uma))
  const page = openPage('/account/security')
  await findHeading('Security')
  await page.user.click(screen.getByRole('link', { name: 'Forgot the current one?' }))
  await findHeading('Forgot your password?')
  expect(field('Email address')).toHaveValue('uma@example.com')
})

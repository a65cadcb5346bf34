import { sentenceOf } from '@latchkey/shared/errors'
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { answer, api, refuse, uma } from '../../test/api.ts'
import { hold } from '../../test/held.ts'
import { findHeading, openPage } from '../../test/open-page.tsx'

afterEach(() => vi.useRealTimers())

type Page = ReturnType<typeof openPage>

async function openSettings() {
  api.signIn()
  const page = openPage('/settings')
  await findHeading('Settings')
  return page
}

const field = (label: string) => screen.getByLabelText(label)
const bar = () => within(screen.getByRole('navigation', { name: 'Account' }))
const press = (page: Page, name: string) => page.user.click(screen.getByRole('button', { name }))
const inputsOf = (path: string) => api.callsTo(path).map(({ input }) => input)
const errorAt = (label: string, text: string | RegExp) =>
  waitFor(() => expect(field(label)).toHaveAccessibleDescription(expect.stringMatching(text)))

async function rename(page: Page, name: string) {
  await page.user.clear(field('Name'))
  await page.user.type(field('Name'), name)
}

test('what is changed is sent, and stands in the navigation at once', async () => {
  const page = await openSettings()
  await rename(page, ' Uma Unity ')
  await page.user.type(field('About you'), 'Finds the moth.')
  expect(screen.getByText('There are changes that are not saved yet.')).toBeVisible()
  await press(page, 'Save')
  expect(await screen.findByText('Saved.')).toBeVisible()
  expect(inputsOf('profile.update')).toEqual([{ displayName: 'Uma Unity', bio: 'Finds the moth.' }])
  expect(bar().getByText('Uma Unity')).toBeVisible()
  expect(field('Name')).toHaveValue('Uma Unity')
  await page.user.type(field('About you'), '!')
  expect(screen.queryByText('Saved.')).toBeNull()
})

test('what is emptied is taken away', async () => {
  const page = await openSettings()
  await page.user.clear(field('Name'))
  await press(page, 'Save')
  await screen.findByText('Saved.')
  expect(inputsOf('profile.update')).toEqual([{ displayName: null }])
  expect(bar().getByText('uma')).toBeVisible()
})

test('a picture is shown before it is saved, and in the navigation after that', async () => {
  const url = 'https://pictures.example/uma.png'
  const page = await openSettings()
  await page.user.type(field('Picture'), url)
  await waitFor(() => expect(screen.getByRole('presentation')).toHaveAttribute('src', url))
  await press(page, 'Save')
  await screen.findByText('Saved.')
  expect(screen.getAllByRole('presentation')).toHaveLength(2)
})

test('a picture that does not come is said', async () => {
  const page = await openSettings()
  await page.user.type(field('Picture'), 'https://pictures.example/gone.png')
  fireEvent.error(await screen.findByRole('presentation'))
  expect(screen.getByText('This picture does not come.')).toBeVisible()
})

test.each([
  ['Picture', 'http://pictures.example/uma.png', /begins with https/],
  ['Name', 'www.evil.example', /without links/],
  ['About you', 'x'.repeat(501), 'Keep this to 500 characters.'],
])('%s: what cannot be right is not sent, and says where', async (label, text, sentence) => {
  const page = await openSettings()
  await page.user.clear(field(label))
  await page.user.click(field(label))
  await page.user.paste(text)
  await press(page, 'Save')
  await errorAt(label, sentence)
  expect(inputsOf('profile.update')).toEqual([])
})

test('the counter counts as people do', async () => {
  const page = await openSettings()
  expect(screen.getByText('0 of 500 characters.')).toBeVisible()
  await page.user.click(field('About you'))
  await page.user.paste('🗝️ ok')
  expect(screen.getByText('5 of 500 characters.')).toBeVisible()
})

test.each([
  ['no answer', () => Response.error(), 'We cannot reach the server.'],
  ['a busy server', () => refuse('BUSY'), sentenceOf('BUSY')],
  ['too often', () => refuse('RATE_LIMITED', { retryAfter: 120 }), 'You can try again in 2 minutes.'],
])('%s: it is said, what was typed stays, and the second try works', async (_, failing, sentence) => {
  api.on('profile.update', failing)
  const page = await openSettings()
  await rename(page, 'Uma Unity')
  await press(page, 'Save')
  expect(await screen.findByRole('alert')).toHaveTextContent(sentence)
  expect(field('Name')).toHaveValue('Uma Unity')
  expect(bar().getByText('Uma User')).toBeVisible()
  api.on('profile.update', () => answer({ ...uma, displayName: 'Uma Unity' }))
  await press(page, 'Save')
  expect(await screen.findByText('Saved.')).toBeVisible()
})

test('while the answer is awaited it cannot be sent twice', async () => {
  const { held, go } = hold()
  api.on('profile.update', async () => {
    await held
    return answer({ ...uma, displayName: 'Uma Unity' })
  })
  const page = await openSettings()
  await rename(page, 'Uma Unity')
  await press(page, 'Save')
  expect(await screen.findByRole('button', { name: 'Saving…' })).toBeDisabled()
  go()
  await screen.findByText('Saved.')
  expect(inputsOf('profile.update')).toHaveLength(1)
})

async function askFor(page: Page, email = 'uma@elsewhere.example') {
  await page.user.type(field('New email address'), email)
  await press(page, 'Change address')
}

test('F8: another address is asked for, confirmed by its code, and is the one', async () => {
  const page = await openSettings()
  await askFor(page, 'Uma@Elsewhere.example')
  expect(await screen.findByText('uma@elsewhere.example')).toBeVisible()
  expect(screen.getByRole('heading', { name: 'Email address' })).toHaveFocus()
  expect(inputsOf('auth.changeEmail')).toEqual([{ email: 'uma@elsewhere.example' }])
  api.on('auth.confirmChangeEmail', () => {
    api.on('user.me', () => answer({ ...uma, email: 'uma@elsewhere.example' }))
    return answer({ ok: true })
  })
  await page.user.type(field('Code'), 'k7m2q9')
  await press(page, 'Confirm the new address')
  expect(await screen.findByText('Your email address is changed.')).toBeVisible()
  expect(inputsOf('auth.confirmChangeEmail')).toEqual([{ code: 'K7M2Q9' }])
  expect(await screen.findByLabelText('New email address')).toHaveValue('')
  expect(screen.getByText('uma@elsewhere.example')).toBeVisible()
})

test('E3, F8: a letter to the new address that came back is said, and the next one is asked about anew', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true })
  api.on('auth.letterFate', () => answer({ state: 'returned' }))
  const page = await openSettings()
  await askFor(page)
  expect(await screen.findByText(/^The letter has come back/)).toBeVisible()
  expect(inputsOf('auth.letterFate')[0]).toEqual({ email: 'uma@elsewhere.example' })
  api.on('auth.letterFate', () => answer({ state: 'sent' }))
  await act(() => vi.advanceTimersByTimeAsync(31_000))
  await press(page, 'Send another letter')
  expect(await screen.findByText(/^The letter has left us/)).toBeVisible()
})

test('F8: a reload keeps the place where the code is typed', async () => {
  const page = await openSettings()
  await askFor(page)
  await screen.findByLabelText('Code')
  page.reload()
  expect(await screen.findByLabelText('Code')).toBeVisible()
  expect(screen.getByText('uma@elsewhere.example')).toBeVisible()
  await press(page, 'Another address')
  expect(await screen.findByLabelText('New email address')).toBeVisible()
  page.reload()
  expect(await screen.findByLabelText('New email address')).toBeVisible()
})

test('a code that is not the one is said; another address can be given instead', async () => {
  api.on('auth.confirmChangeEmail', () => refuse('TOKEN_INVALID'))
  const page = await openSettings()
  await askFor(page)
  await page.user.type(await screen.findByLabelText('Code'), 'K7M2Q9')
  await press(page, 'Confirm the new address')
  expect(await screen.findByRole('alert')).toHaveTextContent(/not the code of the newest letter/)
  expect(field('Code')).toHaveValue('K7M2Q9')
  await press(page, 'Another address')
  expect(await screen.findByLabelText('New email address')).toBeVisible()
})

test('the same address is refused at its field', async () => {
  api.on('auth.changeEmail', () =>
    refuse('VALIDATION_FAILED', { fields: { email: 'This is your address already.' } }),
  )
  const page = await openSettings()
  await askFor(page, 'uma@example.com')
  await errorAt('New email address', 'This is your address already.')
})

test('letters that come back are said where one comes in, with the way to mend it', async () => {
  api.signIn()
  api.on('user.mailbox', () => answer({ returnedAt: '2026-11-20T10:00:00.000Z' }))
  const { user } = openPage('/dashboard')
  expect(await screen.findByText(/^Letters to/)).toHaveTextContent('Letters to uma@example.com come back.')
  await user.click(screen.getByRole('link', { name: 'Give another address' }))
  await findHeading('Settings')
})

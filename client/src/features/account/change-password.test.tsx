import { sentenceOf } from '@latchkey/shared/errors'
import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { answer, api, here, refuse, setCsrfCookie, signedInEvent } from '../../test/api.ts'
import { findHeading, openPage } from '../../test/open-page.tsx'

const OLD = 'velvet-harbour-mango-42'
const NEW = 'paper-lantern-orchard-17'

type Entries = { current?: string; password?: string; again?: string }

async function openSecurity() {
  api.signIn()
  const page = openPage('/account/security')
  await findHeading('Security')
  await screen.findByText('This browser')
  return page
}

async function change(
  { user }: Awaited<ReturnType<typeof openSecurity>>,
  { current = OLD, password = NEW, again = password }: Entries = {},
) {
  if (current) await user.type(field('Current password'), current)
  if (password) await user.type(field('New password'), password)
  if (again) await user.type(field('Repeat new password'), again)
  await user.click(button())
}

const field = (label: string) => screen.getByLabelText(label, { selector: 'input' })
const button = () => screen.getByRole('button', { name: 'Change password' })
const values = () =>
  ['Current password', 'New password', 'Repeat new password'].map(
    (label) => (field(label) as HTMLInputElement).value,
  )
const sent = () => api.callsTo('auth.changePassword')
const errorAt = (label: string, text: string | RegExp) =>
  waitFor(() => expect(field(label)).toHaveAccessibleDescription(expect.stringMatching(text)))

const DONE = 'Your password is changed. All other browsers and devices are signed out.'

test('changed: it is said, the form is empty, the lists are asked for anew', async () => {
  const page = await openSecurity()
  api.on('auth.changePassword', () => {
    setCsrfCookie('s')
    api.on('session.list', () => answer({ sessions: [here] }))
    api.on('audit.mine', () =>
      answer({ events: [{ ...signedInEvent, id: '18', action: 'user.change_password' }], next: null }),
    )
    return answer({ ok: true })
  })
  await change(page)
  expect((await screen.findByText(DONE)).closest('[role=status]')).not.toBeNull()
  expect(sent()).toMatchObject([{ input: { currentPassword: OLD, password: NEW } }])
  expect(values()).toEqual(['', '', ''])
  expect(screen.getByRole('heading', { name: 'Password' })).toHaveFocus()
  expect(await screen.findByText('Password changed')).toBeVisible()
  expect(api.callsTo('session.list')).toHaveLength(2)
  expect(page.address()).toBe('/account/security')
})

test('Enter in the last field sends the form', async () => {
  const { user } = await openSecurity()
  await user.type(field('Current password'), OLD)
  await user.type(field('New password'), NEW)
  await user.type(field('Repeat new password'), `${NEW}{Enter}`)
  expect(await screen.findByText(DONE)).toBeVisible()
})

test('while the answer is awaited it cannot be sent twice', async () => {
  const page = await openSecurity()
  let go = () => {}
  const held = new Promise<void>((resolve) => (go = resolve))
  api.on('auth.changePassword', async () => {
    await held
    return answer({ ok: true })
  })
  await change(page)
  const pending = await screen.findByRole('button', { name: 'Changing…' })
  expect(pending).toBeDisabled()
  await page.user.click(pending)
  await page.user.keyboard('{Enter}')
  go()
  await screen.findByText(DONE)
  expect(sent()).toHaveLength(1)
})

test('a wrong current password is said at its field, and nothing is lost', async () => {
  const page = await openSecurity()
  api.on('auth.changePassword', () =>
    refuse('VALIDATION_FAILED', { fields: { currentPassword: 'This is not your current password.' } }),
  )
  await change(page, { current: 'not this one' })
  await errorAt('Current password', 'This is not your current password.')
  await waitFor(() => expect(field('Current password')).toHaveFocus())
  expect(values()).toEqual(['not this one', NEW, NEW])
})

test('what only the server knows of the new one is said at its field', async () => {
  const page = await openSecurity()
  api.on('auth.changePassword', () =>
    refuse('VALIDATION_FAILED', { fields: { password: 'Not this one, please.' } }),
  )
  await change(page)
  await errorAt('New password', 'Not this one, please.')
})

test.each([
  ['too short', { password: 'short' }, 'New password', 'Use between 12 and 256 characters.'],
  ['with the name', { password: 'uma user comes home 77' }, 'New password', /Leave out your email name/],
  ['typed differently', { again: 'another-lantern-22' }, 'Repeat new password', /not the same/],
  ['without the current one', { current: '' }, 'Current password', 'Enter your password.'],
  ['without a new one', { password: '', again: '' }, 'New password', 'Choose a password.'],
])('%s: it is not sent, and says where', async (_, entries, label, sentence) => {
  const page = await openSecurity()
  await change(page, entries)
  await errorAt(label, sentence)
  expect(sent()).toEqual([])
})

test.each([
  ['no answer', () => Response.error(), 'We cannot reach the server.'],
  ['a busy server', () => refuse('BUSY'), sentenceOf('BUSY')],
  [
    'too many tries',
    () => refuse('RATE_LIMITED', { retryAfter: 50 }),
    'Too many passwords were tried here. Please wait a moment and try again. You can try again in 50 seconds.',
  ],
])('%s: it is said, what was typed stays, and the second try works', async (_, failing, sentence) => {
  const page = await openSecurity()
  api.on('auth.changePassword', failing)
  await change(page)
  expect(await screen.findByRole('alert')).toHaveTextContent(sentence)
  expect(values()).toEqual([OLD, NEW, NEW])
  api.on('auth.changePassword', () => answer({ ok: true }))
  await page.user.click(button())
  expect(await screen.findByText(DONE)).toBeVisible()
})

test('the rules tick themselves off while the new one is typed', async () => {
  const { user } = await openSecurity()
  const rules = within(
    document.getElementById(field('New password').getAttribute('aria-describedby') ?? '') as HTMLElement,
  )
  expect(rules.queryAllByText('(met)', { exact: false })).toHaveLength(0)
  await user.type(field('New password'), NEW)
  await waitFor(() => expect(rules.getAllByText('(met)', { exact: false })).toHaveLength(4))
})

test('password managers find their fields, and whose they are', async () => {
  await openSecurity()
  expect(field('Current password')).toHaveAttribute('autocomplete', 'current-password')
  expect(field('New password')).toHaveAttribute('autocomplete', 'new-password')
  expect(field('Repeat new password')).toHaveAttribute('autocomplete', 'new-password')
  const whose = document.querySelector('input[autocomplete=username]')
  expect(whose).toHaveValue('uma@example.com')
  expect(whose).not.toBeVisible()
})

test('who was suspended or signed out meanwhile comes to the sign-in page, with the way back', async () => {
  const page = await openSecurity()
  api.on('auth.changePassword', () => refuse('UNAUTHENTICATED'))
  await change(page)
  expect(await screen.findByText(/^You have been signed out\./)).toBeVisible()
  expect(page.address()).toBe('/login?next=/account/security')
})

import { sentenceOf } from '@latchkey/shared/errors'
import type { OwnEvent } from '@latchkey/shared/schemas/audit'
import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { answer, api, here, refuse, REQUEST_ID, signedInEvent } from '../../test/api.ts'
import { findHeading, openPage } from '../../test/open-page.tsx'

const event = (id: number, action: string, more: Partial<OwnEvent> = {}): OwnEvent => ({
  ...signedInEvent,
  id: String(id),
  action,
  ...more,
})

/** What the server remembers, newest first; it answers with two at a time. */
function remember(...events: OwnEvent[]) {
  api.on('audit.mine', (input) => {
    const { before } = input as { before?: string }
    const rest = events.filter(({ id }) => before === undefined || Number(id) < Number(before))
    const shown = rest.slice(0, 2)
    return answer({ events: shown, next: rest.length > 2 ? (shown.at(-1)?.id ?? null) : null })
  })
}

async function openActivity() {
  api.signIn()
  const page = openPage('/account/security')
  await findHeading('Security')
  return page
}

const card = () => within(screen.getByRole('region', { name: 'Recent activity' }))
const rows = () => card().getAllByRole('listitem')
const texts = () => rows().map(({ textContent }) => textContent)

test('each event says what, when, with which browser and whence', async () => {
  remember(event(9, 'user.change_password'), event(8, 'user.login_failed', { ipMasked: null }))
  await openActivity()
  expect(await card().findByText('Password changed')).toBeVisible()
  const [first, second] = rows()
  expect(first).toHaveTextContent(here.client)
  expect(first).toHaveTextContent('203.0.113.…')
  expect(first?.querySelector('time')).toHaveAttribute('datetime', signedInEvent.at)
  expect(second).toHaveTextContent(/^A sign-in failed.*Address unknown$/)
})

test('an event of a newer server is shown by its name', async () => {
  remember(event(9, 'user.from_tomorrow'))
  await openActivity()
  expect(await card().findByText('Something else (user.from_tomorrow)')).toBeVisible()
})

test.each([
  ['session.refresh', /^Sign-in renewed 2 times/],
  ['user.login_failed', /^A sign-in failed 2 times/],
])('%s: a run of them in one browser is one row', async (action, sentence) => {
  remember(event(9, action), event(8, action))
  await openActivity()
  await card().findByText('2 times', { exact: false })
  expect(texts()).toEqual([expect.stringMatching(sentence)])
})

test('what a person does twice is said twice', async () => {
  remember(event(9, 'user.login'), event(8, 'user.login'))
  await openActivity()
  await card().findAllByText('Signed in')
  expect(rows()).toHaveLength(2)
})

test('renewals of two browsers stay apart', async () => {
  remember(event(9, 'session.refresh'), event(8, 'session.refresh', { client: 'Safari on iOS' }))
  await openActivity()
  await card().findByText('Safari on iOS')
  expect(rows()).toHaveLength(2)
})

test('more is shown on demand, and at the end the focus is not lost', async () => {
  remember(event(9, 'user.login'), event(8, 'user.logout'), event(7, 'user.login'), event(6, 'user.register'))
  const { user } = await openActivity()
  await user.click(await screen.findByRole('button', { name: 'Show more' }))
  expect(await card().findByText('Your account was made')).toBeVisible()
  expect(rows()).toHaveLength(4)
  expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull()
  expect(card().getByText('This is where it began.')).toHaveFocus()
  expect(api.callsTo('audit.mine').map(({ input }) => input)).toEqual([
    { limit: 20 },
    { limit: 20, before: '8' },
  ])
})

test('more that does not come leaves what is there, and comes when asked again', async () => {
  remember(event(9, 'user.login'), event(8, 'user.logout'), event(7, 'user.register'))
  const { user } = await openActivity()
  const more = await screen.findByRole('button', { name: 'Show more' })
  api.on('audit.mine', () => refuse('INTERNAL'))
  await user.click(more)
  expect(await card().findByRole('alert')).toHaveTextContent(sentenceOf('INTERNAL'))
  expect(rows()).toHaveLength(2)
  remember(event(9, 'user.login'), event(8, 'user.logout'), event(7, 'user.register'))
  await user.click(screen.getByRole('button', { name: 'Show more' }))
  expect(await card().findByText('Your account was made')).toBeVisible()
  expect(card().queryByRole('alert')).toBeNull()
})

test('where nothing has happened, that is said', async () => {
  remember()
  await openActivity()
  expect(await card().findByText('Nothing has happened yet.')).toBeVisible()
})

test('until the events are there the card says that they are on their way', async () => {
  api.on('audit.mine', () => new Promise(() => undefined))
  await openActivity()
  expect(card().getByRole('status')).toHaveTextContent('Looking for what happened…')
})

test('events that do not come are said with an id to report, and come when asked again', async () => {
  api.on('audit.mine', () => refuse('INTERNAL'))
  const { user } = await openActivity()
  expect(await card().findByRole('alert')).toHaveTextContent(sentenceOf('INTERNAL'))
  expect(card().getByText(REQUEST_ID)).toBeVisible()
  remember(event(9, 'user.login'))
  await user.click(card().getByRole('button', { name: 'Try again' }))
  expect(screen.getByRole('heading', { name: 'Recent activity' })).toHaveFocus()
  expect(await card().findByText('Signed in')).toBeVisible()
})

test('what ends a session is in the list a moment later', async () => {
  const other = {
    ...here,
    id: 'c8d2b1ef-63a5-4b1c-9a1f-7b2e3d4c5b61',
    client: 'Safari on iOS',
    current: false,
  }
  api.on('session.list', () => answer({ sessions: [here, other] }))
  api.on('session.revoke', () => {
    remember(event(10, 'session.revoke'))
    return answer({ revoked: 1 })
  })
  const { user } = await openActivity()
  await user.click(await screen.findByRole('button', { name: 'Sign out Safari on iOS' }))
  await waitFor(() => expect(texts()[0]).toMatch(/^A sign-in was ended/))
})

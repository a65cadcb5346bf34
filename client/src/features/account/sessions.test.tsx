import { sentenceOf } from '@latchkey/shared/errors'
import type { OwnSession } from '@latchkey/shared/schemas/session'
import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { answer, api, gateway, here, refuse, REQUEST_ID } from '../../test/api.ts'
import { findHeading, openPage } from '../../test/open-page.tsx'

const phone: OwnSession = {
  ...here,
  id: 'c8d2b1ef-63a5-4b1c-9a1f-7b2e3d4c5b61',
  client: 'Safari on iOS',
  ipMasked: null,
  current: false,
}
const work: OwnSession = {
  ...here,
  id: 'd9e3c2fa-74b6-4c2d-8b2a-8c3f4e5d6c72',
  client: 'Edge on Windows',
  current: false,
}

/** The page of somebody who is signed in here and there. What ends at the server is gone from the next list. */
async function openSecurity(...others: OwnSession[]) {
  let sessions = [here, ...others]
  api.signIn()
  api.on('session.list', () => answer({ sessions }))
  api.on('session.revoke', (input) => {
    const before = sessions.length
    sessions = sessions.filter(({ id }) => id !== (input as { id: string }).id)
    return before === sessions.length ? refuse('NOT_FOUND') : answer({ revoked: 1 })
  })
  api.on('session.revokeOthers', () => {
    const revoked = sessions.length - 1
    sessions = [here]
    return answer({ revoked })
  })
  const page = openPage('/account/security')
  await findHeading('Security')
  await screen.findByText('This browser')
  return { ...page, endElsewhere: (id: string) => (sessions = sessions.filter((one) => one.id !== id)) }
}

const heading = () => screen.getByRole('heading', { level: 2, name: 'Where you are signed in' })
const rows = () =>
  within(screen.getByRole('region', { name: 'Where you are signed in' })).getAllByRole('listitem')
const rowOf = (client: string) => rows().find((row) => row.textContent.includes(client)) as HTMLElement
const endOf = (client: string) => screen.getByRole('button', { name: `Sign out ${client}` })
const everywhere = () => screen.queryByRole('button', { name: 'Sign out everywhere else' })

test('each session says what, whence and since when; this one cannot be ended here', async () => {
  await openSecurity(phone, work)
  expect(rows()).toHaveLength(3)
  const mine = within(rowOf(here.client))
  expect(mine.getByText('This browser')).toBeVisible()
  expect(mine.getByText('203.0.113.…')).toBeVisible()
  expect(mine.queryByRole('button')).toBeNull()
  const theirs = within(rowOf(phone.client))
  expect(theirs.getByText('Address unknown')).toBeVisible()
  expect(theirs.getByText(/^Since/).querySelector('time')).toHaveAttribute('datetime', phone.createdAt)
  expect(theirs.getByText(/^Last seen/).querySelector('time')).toHaveAttribute('datetime', phone.lastSeenAt)
  expect(endOf(phone.client)).toHaveAccessibleDescription(/Safari on iOS.*Address unknown/)
})

test('who is signed in here alone is told so and asked nothing', async () => {
  await openSecurity()
  expect(screen.getByText(/^Only in this browser\./)).toBeVisible()
  expect(everywhere()).toBeNull()
})

test('one is signed out: it leaves the list, that is said, and the focus stays with the list', async () => {
  const { user } = await openSecurity(phone, work)
  await user.click(endOf(phone.client))
  expect(await screen.findByText('Safari on iOS is signed out.')).toBeVisible()
  expect(screen.getByText('Safari on iOS is signed out.').closest('[role=status]')).not.toBeNull()
  await waitFor(() => expect(rows()).toHaveLength(2))
  expect(heading()).toHaveFocus()
  expect(api.callsTo('session.revoke')).toMatchObject([{ input: { id: phone.id } }])
  await waitFor(() => expect(api.callsTo('session.list').length).toBeGreaterThan(1))
})

test('one that ended elsewhere meanwhile is done all the same', async () => {
  const { user, endElsewhere } = await openSecurity(phone)
  endElsewhere(phone.id)
  await user.click(endOf(phone.client))
  expect(await screen.findByText('Safari on iOS was signed out already.')).toBeVisible()
  expect(await screen.findByText(/^Only in this browser\./)).toBeVisible()
  expect(screen.queryByRole('alert')).toBeNull()
})

test('while one is being signed out its button says so and cannot be pressed twice', async () => {
  const { user } = await openSecurity(phone, work)
  let go = () => {}
  const held = new Promise<void>((resolve) => (go = resolve))
  api.on('session.revoke', async () => {
    await held
    return answer({ revoked: 1 })
  })
  await user.click(endOf(phone.client))
  const pending = screen.getByRole('button', { name: 'Signing out… Safari on iOS' })
  expect(pending).toBeDisabled()
  expect(endOf(work.client)).toBeEnabled()
  await user.click(pending)
  go()
  await screen.findByText('Safari on iOS is signed out.')
  expect(api.callsTo('session.revoke')).toHaveLength(1)
})

test('one that could not be signed out stays, and its row says why', async () => {
  const { user } = await openSecurity(phone)
  api.on('session.revoke', gateway)
  await user.click(endOf(phone.client))
  const alert = await within(rowOf(phone.client)).findByRole('alert')
  expect(alert).toHaveTextContent('The server is not ready to answer.')
  expect(alert).toHaveTextContent(REQUEST_ID)
  expect(alert).toHaveFocus()
  expect(endOf(phone.client)).toBeEnabled()
})

test('everywhere else is signed out after a question', async () => {
  const { user } = await openSecurity(phone, work)
  await user.click(everywhere() as HTMLElement)
  const dialog = screen.getByRole('dialog', { name: 'Sign out everywhere else?' })
  expect(api.callsTo('session.revokeOthers')).toEqual([])
  await user.click(within(dialog).getByRole('button', { name: 'Sign out the others' }))
  expect(await screen.findByText('2 other browsers are signed out.')).toBeVisible()
  expect(screen.queryByRole('dialog')).toBeNull()
  await waitFor(() => expect(rows()).toHaveLength(1))
  expect(everywhere()).toBeNull()
  expect(heading()).toHaveFocus()
})

test('whoever says no to the question ends nothing', async () => {
  const { user } = await openSecurity(phone)
  await user.click(everywhere() as HTMLElement)
  await user.click(screen.getByRole('button', { name: 'Cancel' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(api.callsTo('session.revokeOthers')).toEqual([])
})

test('what goes wrong with the others is said in the question, which stays', async () => {
  const { user } = await openSecurity(phone)
  api.on('session.revokeOthers', () => refuse('UNAVAILABLE'))
  await user.click(everywhere() as HTMLElement)
  const dialog = within(screen.getByRole('dialog'))
  await user.click(dialog.getByRole('button', { name: 'Sign out the others' }))
  expect(await dialog.findByRole('alert')).toHaveTextContent(sentenceOf('UNAVAILABLE'))
  api.on('session.revokeOthers', () => answer({ revoked: 0 }))
  await user.click(dialog.getByRole('button', { name: 'Sign out the others' }))
  expect(await screen.findByText('Everywhere else was signed out already.')).toBeVisible()
})

test('a list that does not come says so, and comes when asked again', async () => {
  api.signIn()
  api.on('session.list', () => refuse('INTERNAL'))
  const { user } = openPage('/account/security')
  await findHeading('Security')
  expect(await screen.findByRole('alert')).toHaveTextContent(sentenceOf('INTERNAL'))
  api.on('session.list', () => answer({ sessions: [here] }))
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(heading()).toHaveFocus()
  expect(await screen.findByText('This browser')).toBeVisible()
})

test('until the list is there the page says that it is on its way', async () => {
  api.signIn()
  api.on('session.list', () => new Promise(() => undefined))
  openPage('/account/security')
  await findHeading('Security')
  expect(screen.getByText('Looking for your sessions…').closest('[role=status]')).not.toBeNull()
})

test('a session that is over leads to the sign-in page, and from there back', async () => {
  const { user, address } = await openSecurity(phone)
  api.on('session.revoke', () => refuse('UNAUTHENTICATED'))
  await user.click(endOf(phone.client))
  expect(await screen.findByText(/^You have been signed out\./)).toBeVisible()
  expect(address()).toBe('/login?next=/account/security')
})

test('visitors are asked to sign in first', async () => {
  const page = openPage('/account/security')
  await findHeading('Sign in')
  expect(page.address()).toBe('/login?next=/account/security')
})

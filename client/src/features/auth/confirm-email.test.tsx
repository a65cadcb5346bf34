import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { answer, api, refuse, uma } from '../../test/api.ts'
import { findHeading, openPage } from '../../test/open-page.tsx'

const TOKEN = 'Zk0mS1rj8o4vXc2Tq7uYw5nB9dLfHgPaEiRtVsNxKzM'

async function openLink() {
  const page = openPage(`/confirm-email#token=${TOKEN}`)
  await findHeading('Confirm your new address')
  return { ...page, press: () => page.user.click(screen.getByRole('button', { name: /^Use this address/ })) }
}

test('C11, E7: opening does nothing, and the token is gone', async () => {
  const page = await openLink()
  expect(page.address()).toBe('/confirm-email')
  expect(JSON.stringify(page.router.history.location)).not.toContain(TOKEN)
  expect(api.calls).toEqual([])
})

test('E9: a visitor is told to sign in first, and the link is not used up', async () => {
  api.on('auth.confirmChangeEmail', () => refuse('UNAUTHENTICATED'))
  const page = await openLink()
  await page.press()
  expect(await findHeading('Sign in first')).toHaveFocus()
  expect(screen.getByRole('link', { name: 'Go to sign in' })).toBeVisible()
})

test('E9: one click, for whoever asked for it', async () => {
  api.signIn()
  const page = await openLink()
  await page.press()
  expect(await findHeading('Your address is changed')).toHaveFocus()
  expect(api.callsTo('auth.confirmChangeEmail').map(({ input }) => input)).toEqual([{ token: TOKEN }])
})

test('who is signed in has the new address from then on', async () => {
  api.signIn()
  const page = await openLink()
  api.on('auth.confirmChangeEmail', () => {
    api.on('user.me', () => answer({ ...uma, email: 'uma@elsewhere.example' }))
    return answer({ ok: true })
  })
  await page.press()
  await page.user.click(await screen.findByRole('link', { name: 'Go to your dashboard' }))
  expect(await screen.findByText('uma@elsewhere.example')).toBeVisible()
})

test.each(['TOKEN_INVALID', 'VALIDATION_FAILED'] as const)('%s: it says where to ask anew', async (code) => {
  api.on('auth.confirmChangeEmail', () => refuse(code))
  const page = await openLink()
  await page.press()
  await findHeading('This link is used up')
  expect(screen.queryByRole('button')).toBeNull()
})

import { sentenceOf } from '@latchkey/shared/errors'
import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { answer, api, refuse, REQUEST_ID } from '../../test/api.ts'
import { findHeading, openPage } from '../../test/open-page.tsx'

const TOKEN = 'Zk0mS1rj8o4vXc2Tq7uYw5nB9dLfHgPaEiRtVsNxKzM'
const LINK = `/unlock#token=${TOKEN}`

const asked = () => api.callsTo('auth.unlock').map(({ input }) => input)
const allow = () => screen.findByRole('button', { name: 'Allow signing in again' })

test('C11: opening the link takes the token out of the address and the history, and uses nothing up', async () => {
  const page = openPage(LINK)
  await findHeading('Allow signing in again')
  expect(page.address()).toBe('/unlock')
  expect(page.router.history.length).toBe(1)
  expect(JSON.stringify(page.router.history.location)).not.toContain(TOKEN)
  expect(asked()).toEqual([])
})

test('one click, and it says that signing in works again, and where', async () => {
  api.on('auth.unlock', () => answer({ ok: true }))
  const page = openPage(LINK)
  await page.user.click(await allow())
  expect(await findHeading('Signing in works again')).toHaveFocus()
  expect(asked()).toEqual([{ token: TOKEN }])
  await page.user.click(screen.getByRole('link', { name: 'Go to sign in' }))
  await findHeading('Sign in')
})

test('while the answer is awaited a second click sends nothing', async () => {
  let go = () => {}
  const held = new Promise<void>((resolve) => (go = resolve))
  api.on('auth.unlock', async () => {
    await held
    return answer({ ok: true })
  })
  const { user } = openPage(LINK)
  await user.dblClick(await allow())
  expect(await screen.findByRole('button', { name: 'One moment…' })).toBeDisabled()
  go()
  await findHeading('Signing in works again')
  expect(asked()).toHaveLength(1)
})

test.each(['TOKEN_INVALID', 'VALIDATION_FAILED'] as const)(
  '%s: it says what else can be done, and offers no second try',
  async (code) => {
    api.on('auth.unlock', () => refuse(code))
    const { user } = openPage(LINK)
    await user.click(await allow())
    expect(await findHeading('This link is used up')).toHaveFocus()
    expect(screen.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
      expect.stringContaining('a browser that you have signed in with before'),
      expect.stringContaining('choose a new password'),
      expect.stringContaining('a day at most'),
    ])
    expect(screen.getByRole('link', { name: 'choose a new password' })).toHaveAttribute(
      'href',
      '/forgot-password',
    )
    expect(screen.queryByRole('button')).toBeNull()
  },
)

test('what passes is said, and the second try works', async () => {
  api.on('auth.unlock', () => refuse('INTERNAL'))
  const { user } = openPage(LINK)
  await user.click(await allow())
  const banner = await screen.findByRole('alert')
  expect(banner).toHaveTextContent(sentenceOf('INTERNAL'))
  expect(banner).toHaveTextContent(REQUEST_ID)
  api.on('auth.unlock', () => answer({ ok: true }))
  await user.click(await allow())
  await findHeading('Signing in works again')
})

test.each(['/unlock', '/unlock#', '/unlock#token=', '/unlock#other=1'])(
  '%s: without a token it says so',
  async (path) => {
    const page = openPage(path)
    await findHeading('This link is incomplete')
    expect(page.address()).toBe('/unlock')
    expect(screen.queryByRole('button')).toBeNull()
    expect(screen.getByRole('link', { name: 'Go to sign in' })).toHaveAttribute('href', '/login')
  },
)

test('a second link in the same tab is the one that counts', async () => {
  api.on('auth.unlock', () => answer({ ok: true }))
  const page = openPage('/unlock#token=first')
  await page.user.click(await allow())
  await findHeading('Signing in works again')
  await page.router.navigate({ to: '/unlock', hash: 'token=second' })
  await page.user.click(await allow())
  await findHeading('Signing in works again')
  expect(asked()).toEqual([{ token: 'first' }, { token: 'second' }])
})

test('who is signed in may open it too, and stays so', async () => {
  api.signIn()
  api.on('auth.unlock', () => answer({ ok: true }))
  const page = openPage(LINK)
  await page.user.click(await allow())
  await findHeading('Signing in works again')
  await page.user.click(screen.getByRole('link', { name: 'Go to sign in' }))
  await findHeading('Hello, Uma User')
})

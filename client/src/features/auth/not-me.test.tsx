import { sentenceOf } from '@latchkey/shared/errors'
import { screen } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { answer, api, refuse } from '../../test/api.ts'
import { hold } from '../../test/held.ts'
import { findHeading, openPage } from '../../test/open-page.tsx'

const TOKEN = 'Zk0mS1rj8o4vXc2Tq7uYw5nB9dLfHgPaEiRtVsNxKzM'
const GOOD = 'paper-lantern-orchard-17'

const LINKS = [
  {
    path: '/undo-email',
    act: 'auth.undoChangeEmail',
    heading: 'Undo the change of address',
    button: 'Undo the change',
    done: 'Your address is yours again',
  },
  {
    path: '/not-me',
    act: 'auth.notMe',
    heading: 'This was not you?',
    button: 'Lock everybody out',
    done: 'Everybody is locked out',
  },
]

describe.each(LINKS)('$path', ({ path, act, heading, button, done }) => {
  async function openLink() {
    const page = openPage(`${path}#token=${TOKEN}`)
    await findHeading(heading)
    return { ...page, press: () => page.user.click(screen.getByRole('button', { name: button })) }
  }
  const inputs = () => api.callsTo(act).map(({ input }) => input)

  test('C11, E7: says before the click what it does; opening does nothing, and the token is gone', async () => {
    const page = await openLink()
    expect(screen.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual(
      expect.arrayContaining(['Every browser and device is signed out, this one too.']),
    )
    expect(page.address()).toBe(path)
    expect(JSON.stringify(page.router.history.location)).not.toContain(TOKEN)
    expect(api.calls).toEqual([])
  })

  test('E9: one click, a new password, and then the sign-in page', async () => {
    api.on(act, () => answer({ resetToken: 'for-the-next-step' }))
    const page = await openLink()
    await page.press()
    expect(await findHeading(done)).toHaveFocus()
    expect(inputs()).toEqual([{ token: TOKEN }])
    await page.user.type(screen.getByLabelText('New password'), GOOD)
    await page.user.type(screen.getByLabelText('Repeat new password'), GOOD)
    await page.user.click(screen.getByRole('button', { name: 'Set the new password' }))
    expect(await screen.findByText('Your new password is set. Sign in with it.')).toBeVisible()
    expect(api.callsTo('auth.resetPassword').map(({ input }) => input)).toEqual([
      { token: 'for-the-next-step', password: GOOD },
    ])
  })

  test('who was signed in here is not any more, and still chooses a password', async () => {
    api.signIn()
    api.on(act, () => {
      api.endSession()
      return answer({ resetToken: 'for-the-next-step' })
    })
    const page = await openLink()
    await page.press()
    await findHeading(done)
    await page.router.navigate({ to: '/dashboard' })
    await findHeading('Sign in')
  })

  test('while the answer is awaited a second click sends nothing', async () => {
    const { held, go } = hold()
    api.on(act, async () => {
      await held
      return answer({ resetToken: 'for-the-next-step' })
    })
    const page = await openLink()
    await page.user.dblClick(screen.getByRole('button', { name: button }))
    expect(await screen.findByRole('button', { name: 'One moment…' })).toBeDisabled()
    go()
    await findHeading(done)
    expect(inputs()).toHaveLength(1)
  })

  test('a link that is over leads to a new password by mail', async () => {
    api.on(act, () => refuse('TOKEN_INVALID'))
    const page = await openLink()
    await page.press()
    expect(await findHeading('This link is used up')).toHaveFocus()
    expect(screen.getByRole('link', { name: 'Choose a new password by mail' })).toHaveAttribute(
      'href',
      '/forgot-password',
    )
  })

  test('what passes is said, and the second try works', async () => {
    api.on(act, () => refuse('UNAVAILABLE'))
    const page = await openLink()
    await page.press()
    expect(await screen.findByRole('alert')).toHaveTextContent(sentenceOf('UNAVAILABLE'))
    api.on(act, () => answer({ resetToken: 'for-the-next-step' }))
    await page.press()
    await findHeading(done)
  })

  test('without a token it says so', async () => {
    openPage(path)
    await findHeading('This link is incomplete')
    expect(screen.queryByRole('button')).toBeNull()
  })
})

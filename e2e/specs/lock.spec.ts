import type { Page } from '@playwright/test'
import { settle } from '../support/scene.ts'
import { expect, expectAccessible, fillSignIn, readMail, signIn, test, type Person } from '../support/test.ts'

const ELSEWHERE = { 'x-forwarded-for': '2001:db8:ffff:1::1' }

test.describe('somebody guesses', () => {
  test.use({ provoked: [/(401|403|429).*auth\.login|400.*auth\.unlock/] })

  test('I10, D3: ten wrong passwords, a word about the wait, a letter, its link, and signing in works again', async ({
    page,
    person,
    browser,
  }) => {
    const ada = await settle(person)
    await page.goto('/login')
    for (let guess = 1; guess <= 10; guess += 1) {
      const answered = judgedOn(page)
      await fillSignIn(page, { ...ada, password: `wrong guess ${guess}` })
      expect((await answered).status(), `guess ${guess}`).toBe(guess <= 5 ? 401 : 429)
    }
    const alert = page.getByRole('alert')
    await expect(alert).toContainText('Many wrong passwords came from your network.')
    await expect(alert).toContainText(/You can try again in \d+ (seconds|minutes)\./)
    await expect(page.getByLabel('Email address')).toHaveValue(ada.email)
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('wrong guess 10')

    const home = await browser.newContext({ extraHTTPHeaders: ELSEWHERE })
    const locked = await home.newPage()
    await locked.goto('/login')
    await fillSignIn(locked, ada)
    await expect(locked.getByRole('alert'), 'locked: the bytes of a wrong password').toContainText(
      'The email address or password is not right.',
    )
    await expect(locked.getByText('Sure that it is right?')).toBeVisible()
    await expectAccessible(locked)

    const mail = await readMail(page, ada.email, /^Somebody is guessing your password/)
    const link = /https?:\/\/\S+\/unlock#token=[\w-]+/.exec(mail.text)?.[0] ?? ''
    const letter = await home.newPage()
    await letter.goto(link)
    await expect(letter, 'the token does not stay in the address').toHaveURL(/\/unlock$/)
    await letter.reload()
    await expect(letter.getByRole('heading', { level: 1 })).toHaveText('This link is incomplete')
    await letter.goto('/login')
    await letter.goto(link)
    await letter.getByRole('button', { name: 'Allow signing in again' }).click()
    await expect(letter.getByRole('heading', { level: 1 })).toHaveText('Signing in works again')
    await expectAccessible(letter)
    await letter.getByRole('link', { name: 'Go to sign in' }).click()
    await fillSignIn(letter, ada)
    await expect(letter).toHaveURL(/\/dashboard$/)

    await letter.goto('/login')
    await letter.goto(link)
    await letter.getByRole('button', { name: 'Allow signing in again' }).click()
    await expect(letter.getByRole('heading', { level: 1 })).toHaveText('This link is used up')
    await expectAccessible(letter)
    await letter.getByRole('link', { name: 'Go to sign in' }).click()
    await expect(letter, 'who is signed in goes on').toHaveURL(/\/dashboard$/)
  })
})

test.describe('somebody registers without end', () => {
  test.use({ provoked: [/403.*api\/auth\/register|429.*auth\.register/] })

  test('I10, I8: after three a proof is wanted, the thirty-first in an hour has to wait, and nothing typed is lost', async ({
    page,
    person,
  }) => {
    await page.goto('/register')
    expect(await page.evaluate(registerThirty, person)).toEqual([
      ...Array<number>(3).fill(202),
      ...Array<number>(27).fill(403),
    ])
    await page.getByLabel('Email address').fill(person.email)
    await page.getByLabel('Password', { exact: true }).fill(person.password)
    await page.getByLabel('Repeat password', { exact: true }).fill(person.password)
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.getByRole('alert')).toContainText('Many accounts were made from your network.')
    await expect(page.getByRole('alert')).toContainText(/in \d+ minutes\./)
    await expect(page.getByLabel('Repeat password', { exact: true })).toHaveValue(person.password)
  })
})

test('who has signed in with this browser before is not kept out by strangers', async ({
  page,
  person,
  browser,
}) => {
  const ada = await settle(person)
  await signIn(page, ada)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/login/)
  const stranger = await (
    await browser.newContext({ extraHTTPHeaders: { 'x-forwarded-for': '2001:db8:ffff:2::1' } })
  ).newPage()
  await stranger.goto('/login')
  for (let guess = 1; guess <= 5; guess += 1) {
    const answered = judgedOn(stranger)
    await fillSignIn(stranger, { ...ada, password: `wrong guess ${guess}` })
    expect((await answered).status()).toBe(401)
  }
  await signIn(page, ada)
})

/** The answer after the one that asks for a proof first. */
const judgedOn = (page: Page) =>
  page.waitForResponse((answer) => answer.url().includes('auth.login') && answer.status() !== 403)

/** Runs in the page: what its form would send, without the typing. */
async function registerThirty({ email, password }: Person): Promise<number[]> {
  const { csrfToken } = (await (await fetch('/api/auth/csrf')).json()) as { csrfToken: string }
  const statuses: number[] = []
  while (statuses.length < 30) {
    const { status } = await fetch('/api/auth/register', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken },
      body: JSON.stringify({ email: `${statuses.length}-${email}`, password }),
    })
    statuses.push(status)
  }
  return statuses
}

import type { Page } from '@playwright/test'
import { expect, register, signIn, test, type Person } from '../support/test.ts'

test.use({ provoked: [/40[13].*auth\.login/] })

const WAYS: [string, (page: Page, person: Person) => Promise<void>][] = [
  [
    'by mouse',
    async (page, { email, password }) => {
      await page.getByLabel('Email address').fill(email)
      await page.getByLabel('Password', { exact: true }).fill(password)
      await page.getByRole('button', { name: 'Sign in' }).click()
    },
  ],
  [
    'by keyboard',
    async (page, { email, password }) => {
      await page.getByLabel('Email address').focus()
      await page.keyboard.press('ControlOrMeta+A')
      await page.keyboard.type(email)
      await page.keyboard.press('Tab')
      await page.keyboard.press('ControlOrMeta+A')
      await page.keyboard.type(password)
      await page.keyboard.press('Enter')
    },
  ],
]

for (const [way, send] of WAYS)
  test(`I8: five failures lead through a proof of work and on to success, ${way}, and nobody else is asked`, async ({
    page,
    person,
    context,
  }) => {
    // Three proofs of work, on whatever machine this is.
    test.slow()
    await register(page, person)
    await signIn(page, person)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect(page).toHaveURL(/\/login/)

    const hosts = new Set<string>()
    const questions: string[] = []
    context.on('request', (request) => {
      hosts.add(new URL(request.url()).host)
      if (request.url().includes('captcha.ask')) questions.push(request.url())
    })
    const form = page.getByRole('form', { name: 'Sign in' })
    for (let failure = 1; failure <= 5; failure += 1) {
      await send(page, { ...person, password: `not the password ${failure}` })
      if (failure > 3) await expect(form.getByRole('status')).toHaveText(/for robots/)
      await expect(page.getByRole('alert')).toContainText('The email address or password is not right.')
      await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled()
    }
    expect(questions).toHaveLength(2)

    // By then this address has to wait for a minute; whoever goes on the way home has another one.
    await page.setExtraHTTPHeaders({
      'x-forwarded-for': `2001:db8:ffff:${(Date.now() % 65_536).toString(16)}::1`,
    })
    await send(page, person)
    await expect(page).toHaveURL(/\/dashboard$/)
    expect(questions).toHaveLength(3)
    expect([...hosts]).toEqual([new URL(page.url()).host])
  })

import { doWork } from '@latchkey/shared/proof-of-work'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, test, type Person } from '../support/test.ts'

test.use({ provoked: [/403.*auth.register|api\.js/] })

async function send(page: Page, { name, email, password }: Person): Promise<void> {
  await page.getByLabel('Name', { exact: false }).first().fill(name)
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByLabel('Repeat password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
}

/** So many from this address that the next one has to be a person's. */
async function registerMany(page: Page, person: Person): Promise<void> {
  const { request } = page.context()
  const { csrfToken } = (await (await request.get('/api/auth/csrf')).json()) as { csrfToken: string }
  const post = (path: string, data: object) =>
    request.post(path, { data, headers: { 'x-csrf-token': csrfToken } })
  for (let nth = 0; nth < 6; nth += 1) {
    const asked = await post('/api/auth/captcha', { act: 'register' })
    const { challenge } = (await asked.json()) as { challenge: string }
    const { password } = person
    const body = { email: `${nth}-${person.email}`, password, captchaToken: await doWork(challenge) }
    expect((await post('/api/auth/register', body)).status()).toBe(202)
  }
  await page.goto('/register')
}

const widgetOf = (page: Page) =>
  page.frameLocator('iframe[title="Check that you are a person"]').frameLocator('iframe[title="Widget"]')

test('I8: where work is not enough a person shows that they are one, by keyboard and by mouse, and loses nothing', async ({
  page,
  person,
}) => {
  await registerMany(page, person)
  const dialog = page.getByRole('dialog', { name: 'Are you a person?' })
  const widget = widgetOf(page).getByRole('button', { name: 'I am a person' })

  await test.step('whoever gives up keeps what they typed', async () => {
    await send(page, person)
    await expect(widget).toBeVisible()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await expect(page.getByRole('alert')).toContainText('not a robot')
    await expect(page.getByLabel('Email address')).toHaveValue(person.email)
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue(person.password)
  })

  await test.step('by keyboard', async () => {
    await page.getByRole('button', { name: 'Create account' }).press('Enter')
    await expect(widget).toBeVisible()
    await expect(async () => {
      await page.keyboard.press('Tab')
      await expect(widget).toBeFocused({ timeout: 200 })
    }).toPass()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your mail')
  })

  await test.step('a check that is kept away says so, and can be tried again, by mouse', async () => {
    let isKeptAway = true
    await page.route('**/turnstile/v0/api.js*', (route) => (isKeptAway ? route.abort() : route.continue()))
    await page.goto('/register')
    await send(page, { ...person, email: `again-${person.email}` })
    await expect(dialog.getByRole('alert')).toContainText('could not be loaded')
    isKeptAway = false
    await dialog.getByRole('button', { name: 'Try again' }).click()
    await widget.click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your mail')
  })
})

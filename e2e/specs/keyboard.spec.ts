import { tabTo } from '../support/keyboard.ts'
import { expect, readMail, test } from '../support/test.ts'

test('the whole way by keyboard alone', async ({ page, person }) => {
  await page.goto('/login')
  await tabTo(page, /create (an )?account/i)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/register$/)

  await tabTo(page, 'Email address')
  await page.keyboard.type(person.email)
  await tabTo(page, /^Password/)
  await page.keyboard.type(person.password)
  await tabTo(page, /^Show password/)
  await page.keyboard.press('Space')
  await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('type', 'text')
  await tabTo(page, /^Repeat password/)
  await page.keyboard.type(person.password)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your mail')
  await readMail(page, person.email)

  await tabTo(page, /go to sign in/i)
  await page.keyboard.press('Enter')
  await tabTo(page, 'Email address')
  await page.keyboard.type(person.email)
  await tabTo(page, /^Password/)
  await page.keyboard.type(person.password)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/dashboard$/)

  await tabTo(page, 'Sign out')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/login/)
})

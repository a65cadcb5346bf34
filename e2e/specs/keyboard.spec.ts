import type { Page } from '@playwright/test'
import { expect, readMail, test } from '../support/test.ts'

/** Tab until something has the focus, as a person without a mouse does. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press('Tab')
    const focused = page.locator(':focus')
    if ((await focused.count()) === 0) continue
    const seen = await focused.evaluate((element) => {
      const labels =
        'labels' in element
          ? [...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent)
          : []
      return element.getAttribute('aria-label') ?? [labels.join(' '), element.textContent].join(' ').trim()
    })
    if (typeof name === 'string' ? seen.startsWith(name) : name.test(seen)) {
      await expect(focused, `${seen} shows that it has the focus`).toHaveCSS('outline-style', /solid|auto/)
      return
    }
  }
  throw new Error(`nothing called ${String(name)} can be reached by Tab`)
}

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

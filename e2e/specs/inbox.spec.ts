import { DEMO_ACCOUNTS } from '@latchkey/shared/demo'
import type { Page } from '@playwright/test'
import { expect, readMail, test } from '../support/test.ts'

const [, uma] = DEMO_ACCOUNTS

test('pain 1: a letter appears in the open inbox by itself, and what was being read stays', async ({
  page,
}) => {
  await page.goto('/')
  const before = await forgetPassword(page, uma.email)
  await page.goto('/dev/inbox')
  const read = page.locator(`#letter-${before}`)
  const wasOpen = await read.locator('details').evaluate((details: HTMLDetailsElement) => details.open)
  if (!wasOpen) await read.getByRole('heading').click()
  await page.evaluate(() => Object.assign(window, { neverReloaded: true }))

  const arrived = page.locator(`#letter-${await forgetPassword(page, uma.email, before)}`)
  await expect(arrived).toHaveClass('new')
  await expect(page).toHaveTitle(/^\(\d+\) Local inbox/)
  await expect(read.locator('details')).toHaveAttribute('open', '')
  await expect(read.locator('pre')).toContainText(uma.displayName)
  expect(await page.evaluate(() => 'neverReloaded' in window)).toBe(true)

  await arrived.getByRole('heading').click()
  await expect(arrived).not.toHaveClass('new')
  const letter = arrived.frameLocator('iframe')
  await expect(letter.getByRole('heading', { level: 1 })).toHaveText('Choose a new password')
})

test('the frame of a letter runs no script, whatever the letter holds', async ({ page }) => {
  await page.goto('/')
  await forgetPassword(page, uma.email)
  await page.goto('/dev/inbox')
  const frame = page.locator('iframe').first()
  await frame.evaluate((frame: HTMLIFrameElement) => {
    const evil = frame.cloneNode() as HTMLIFrameElement
    evil.title = 'evil'
    evil.srcdoc = '<p>Hello</p><script>document.body.append(" from a script")</script>'
    frame.after(evil)
  })
  const evil = page.frameLocator('iframe[title=evil]')
  await expect(evil.getByText('Hello')).toBeVisible()
  await expect(evil.locator('body')).toHaveText('Hello')
})

/** Asks for a new password as a program does, and gives the id of the letter that came of it. */
async function forgetPassword(page: Page, email: string, last?: string): Promise<string> {
  const { csrfToken } = (await (await page.request.get('/api/auth/csrf')).json()) as { csrfToken: string }
  const asked = await page.request.post('/api/auth/forgot-password', {
    data: { email },
    headers: { 'x-csrf-token': csrfToken },
  })
  expect(asked.ok()).toBe(true)
  let id = ''
  await expect(async () => {
    id = (await readMail(page, email, /^Choose a new password/)).id
    expect(id).not.toBe(last)
  }).toPass()
  return id
}

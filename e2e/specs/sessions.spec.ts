import { BRAND } from '@latchkey/shared/brand'
import type { Page } from '@playwright/test'
import {
  expect,
  expectAccessible,
  FIREFOX,
  openSecurity,
  register,
  SAFARI,
  signIn,
  signInElsewhere,
  test,
} from '../support/test.ts'

async function expectSignedOut(page: Page): Promise<void> {
  await page.goto('/dashboard')
  await expect(page).toHaveURL(/\/login\?next=\/dashboard$/)
  await expect(page.getByText('You have been signed out.')).toBeVisible()
}

const sessionsOn = (page: Page) =>
  page.getByRole('region', { name: 'Where you are signed in' }).getByRole('listitem')

test('one browser ends another, which is out on its next step; the rest stays in', async ({
  page,
  person,
  browser,
}) => {
  await register(page, person)
  const firefox = await signInElsewhere(browser, person, FIREFOX)
  const safari = await signInElsewhere(browser, person, SAFARI)
  await openSecurity(page, person)
  await expect(sessionsOn(page)).toHaveCount(3)
  await expect(sessionsOn(page).first()).toContainText('This browser')
  await expect(sessionsOn(page).filter({ hasText: 'Firefox on Linux' })).toContainText('Last seen now')

  await page.getByRole('button', { name: 'Sign out Firefox on Linux' }).click()
  await expect(page.getByText('Firefox on Linux is signed out.')).toBeVisible()
  await expect(sessionsOn(page)).toHaveCount(2)
  await expect(page.getByRole('heading', { name: 'Where you are signed in' })).toBeFocused()

  await expectSignedOut(firefox)
  await safari.goto('/account/security')
  await expect(sessionsOn(safari)).toHaveCount(2)
  await page.reload()
  await expect(sessionsOn(page)).toHaveCount(2)
})

test('everywhere else at once, by keyboard: the question keeps the focus, Escape gives it back', async ({
  page,
  person,
  browser,
}) => {
  await register(page, person)
  const others = [
    await signInElsewhere(browser, person, FIREFOX),
    await signInElsewhere(browser, person, SAFARI),
  ]
  await openSecurity(page, person)
  const button = page.getByRole('button', { name: 'Sign out everywhere else' })
  const dialog = page.getByRole('dialog', { name: 'Sign out everywhere else?' })

  await button.focus()
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
  for (let step = 0; step < 4; step += 1) {
    await page.keyboard.press('Tab')
    const outside = await page.evaluate(() => document.activeElement?.closest('dialog, body')?.tagName)
    expect(['DIALOG', 'BODY'], 'nothing behind the question takes the focus').toContain(outside)
    await expect(button).not.toBeFocused()
  }
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(button).toBeFocused()
  await expect(sessionsOn(page)).toHaveCount(3)

  await page.keyboard.press('Enter')
  await expect(dialog).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(dialog.getByRole('button', { name: 'Sign out the others' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByText('2 other browsers are signed out.')).toBeVisible()
  await expect(dialog).toBeHidden()
  await expect(sessionsOn(page)).toHaveCount(1)
  await expect(page.getByText('Only in this browser.')).toBeVisible()
  for (const other of others) await expectSignedOut(other)
})

test.describe('ended from two sides', () => {
  test.use({ provoked: [/404.*session\.revoke/] })

  test('the second one is told that it is done', async ({ page, person, browser }) => {
    await register(page, person)
    const firefox = await signInElsewhere(browser, person, FIREFOX)
    await openSecurity(page, person)
    await expect(sessionsOn(page)).toHaveCount(2)
    await firefox.getByRole('button', { name: 'Sign out' }).click()
    await expect(firefox).toHaveURL(/\/login/)
    await page.getByRole('button', { name: 'Sign out Firefox on Linux' }).click()
    await expect(page.getByText('Firefox on Linux was signed out already.')).toBeVisible()
    await expect(sessionsOn(page)).toHaveCount(1)
  })
})

test('a quarter of an hour later the session cookie is a new one, and the person is still in', async ({
  page,
  person,
  context,
}) => {
  const token = async () => (await context.cookies()).find(({ name }) => name.endsWith('session'))?.value
  await page.clock.install()
  await register(page, person)
  await signIn(page, person)
  const before = await token()
  const csrf = await page.evaluate(() => document.cookie)
  const second = await context.newPage()
  await second.goto('/dashboard')

  const renewals: number[] = []
  page.on('response', (answer) => {
    if (answer.url().includes('auth.refresh')) renewals.push(answer.status())
  })
  await page.bringToFront()
  // The other tab has the true time, and that of this one, on a slow machine, runs a little behind it.
  await page.clock.fastForward('16:00')
  await expect(async () => {
    await page.mouse.move(40, 40)
    await page.mouse.move(80, 80)
    expect(renewals).toEqual([200])
  }).toPass({ intervals: [250] })
  await expect.poll(token).not.toBe(before)
  expect(await page.evaluate(() => document.cookie), 'the CSRF token survives').toBe(csrf)

  for (const tab of [page, second]) {
    await tab.reload()
    await expect(tab.getByRole('heading', { level: 1 })).toContainText(person.name)
  }
})

test('/account/security: one title, one heading, no fault that axe finds in either theme, as wide as a phone', async ({
  page,
  person,
  browser,
}) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await register(page, person)
  await signInElsewhere(browser, person, SAFARI)
  await openSecurity(page, person)
  await expect(page).toHaveTitle(`Security · ${BRAND.name}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1)
  await expect(sessionsOn(page)).toHaveCount(2)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await expectAccessible(page)
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
})

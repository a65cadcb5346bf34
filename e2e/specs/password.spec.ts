import type { Page } from '@playwright/test'
import { tabTo } from '../support/keyboard.ts'
import { settle } from '../support/scene.ts'
import {
  expect,
  fillSignIn,
  FIREFOX,
  openSecurity,
  readMail,
  register,
  signInElsewhere,
  test,
} from '../support/test.ts'

const NEW = 'copper-meadow-lantern-58'
const DONE = 'Your password is changed. All other browsers and devices are signed out.'

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true })
const activity = (page: Page) => page.getByRole('region', { name: 'Recent activity' }).getByRole('listitem')

test.describe('by mouse', () => {
  test.use({ provoked: [/401.*auth\.login/] })

  test('A6, C7: a change of the password ends every other sign-in, and the activity shows it', async ({
    page,
    person,
    browser,
  }) => {
    const ada = await settle(person)
    const other = await signInElsewhere(browser, ada, FIREFOX)
    await openSecurity(page, ada)
    await expect(activity(page).filter({ hasText: 'Signed in' })).toHaveCount(2)

    await field(page, 'Current password').fill(ada.password)
    await field(page, 'New password').fill(NEW)
    await field(page, 'Repeat new password').fill(NEW)
    await page.getByRole('button', { name: 'Change password' }).click()
    await expect(page.getByText(DONE)).toBeVisible()
    for (const label of ['Current password', 'New password', 'Repeat new password'])
      await expect(field(page, label)).toHaveValue('')
    await expect(page.getByText('Only in this browser.')).toBeVisible()

    const newest = activity(page).first()
    await expect(newest).toContainText('Password changed')
    await expect(newest).toContainText('Chrome on Linux')
    await expect(newest, 'the address of this test, masked').toContainText('2001:db8:')
    await expect(activity(page).filter({ hasText: 'Firefox on Linux' })).toHaveCount(1)

    await other.getByRole('navigation', { name: 'Account' }).getByRole('link', { name: 'Security' }).click()
    await expect(other).toHaveURL(/\/login\?next=/)
    await expect(other.getByText('You have been signed out.')).toBeVisible()
    await fillSignIn(other, ada)
    await expect(other.getByRole('alert')).toBeVisible()
    await fillSignIn(other, { ...ada, password: NEW })
    await expect(other, 'back where they were').toHaveURL(/\/account\/security$/)

    await page.reload()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Security')
    await readMail(page, ada.email, /password/i)
  })
})

test.describe('by keyboard alone', () => {
  test.use({ provoked: [/422.*auth\.changePassword/] })

  test('A6: a wrong current password is said at its field, the right one is taken', async ({
    page,
    person,
  }) => {
    await register(page, person)
    await openSecurity(page, person)
    await tabTo(page, /^Current password/)
    await page.keyboard.type('not the password')
    await tabTo(page, /^New password/)
    await page.keyboard.type(NEW)
    await tabTo(page, /^Repeat new password/)
    await page.keyboard.type(NEW)
    await page.keyboard.press('Enter')

    const current = field(page, 'Current password')
    await expect(current).toHaveAccessibleDescription('This is not your current password.')
    await expect(current, 'the focus goes where the fault is').toBeFocused()
    await expect(field(page, 'New password')).toHaveValue(NEW)
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type(person.password)
    await page.keyboard.press('Enter')
    await expect(page.getByText(DONE)).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Password', exact: true })).toBeFocused()
    await expect(activity(page).nth(1)).toContainText('A change of the password failed')
  })
})

test('what happened longer ago is shown on demand; what the browser does by itself is one row', async ({
  page,
  person,
}) => {
  await register(page, person)
  await openSecurity(page, person)
  expect(await page.evaluate(renewOften)).toEqual(Array(25).fill(200))
  await page.reload()
  await expect(activity(page)).toHaveText([/^Sign-in renewed 20 times/])
  await page.getByRole('button', { name: 'Show more' }).click()
  await expect(activity(page)).toHaveText([
    /^Sign-in renewed 25 times/,
    /^Signed in/,
    /^Your account was made/,
  ])
  await expect(page.getByText('This is where it began.')).toBeFocused()
})

/** Runs in the page: a morning's renewals, without the waiting. */
async function renewOften(): Promise<number[]> {
  const { csrfToken } = (await (await fetch('/api/auth/csrf')).json()) as { csrfToken: string }
  const statuses: number[] = []
  while (statuses.length < 25) {
    const { status } = await fetch('/api/auth/refresh', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken },
    })
    statuses.push(status)
  }
  return statuses
}

import type { Page } from '@playwright/test'
import { tabTo } from '../support/keyboard.ts'
import { codeIn, openLetter } from '../support/letters.ts'
import { ageSignIns, returnLetters, settle } from '../support/scene.ts'
import { expect, expectAccessible, fillSignIn, readMail, signIn, test, type Person } from '../support/test.ts'

const NEW = 'copper-meadow-lantern-58'
const bar = (page: Page) => page.getByRole('navigation', { name: 'Account' })

async function openSettings(page: Page, person: Person): Promise<void> {
  await signIn(page, person)
  await bar(page)
    .getByRole('link', { name: /, settings$/ })
    .click()
  await expect(page).toHaveURL(/\/settings$/)
}

async function askForAddress(page: Page, email: string): Promise<void> {
  await page.getByLabel('New email address').fill(email)
  await page.getByRole('button', { name: 'Change address' }).click()
}

test('a name and a picture that are saved stand in the navigation, at once and after a reload', async ({
  page,
  person,
}) => {
  const ada = await settle(person)
  // A picture of our own: no other host is asked in a test.
  await page.route('https://pictures.example/**', (route) =>
    route.fulfill({ contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' }),
  )
  await openSettings(page, ada)
  await page.getByLabel('Name', { exact: true }).fill('Ada Byron')
  await page.getByLabel('Picture').fill('https://pictures.example/ada.svg')
  await page.getByLabel('About you').fill('Writes programs.\nFor engines.')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()
  await expect(bar(page)).toContainText('Ada Byron')
  await expectAccessible(page)
  await page.reload()
  await expect(bar(page)).toContainText('Ada Byron')
  await expect(bar(page).locator('img')).toHaveAttribute('src', 'https://pictures.example/ada.svg')
  await expect(page.getByLabel('About you')).toHaveValue('Writes programs.\nFor engines.')
})

test.describe('another address', () => {
  test.use({ provoked: [/401.*user\.me/] })

  test('E9, F8: is confirmed by its code, and undone from the one before', async ({ page, person }) => {
    const ada = await settle(person)
    const next = `next-${ada.email}`
    await openSettings(page, ada)
    await askForAddress(page, next)
    await expect(page.getByText(next)).toBeVisible()
    await expectAccessible(page)
    // As a phone does with a page that was left for the mail.
    await page.reload()
    await page.getByLabel('Code').fill(codeIn(await readMail(page, next, /^Confirm your new email address/)))
    await page.getByRole('button', { name: 'Confirm the new address' }).click()
    await expect(page.getByText('Your email address is changed.')).toBeVisible()
    await page.goto('/dashboard')
    await expect(page.getByText(next)).toBeVisible()

    await openLetter(page, await readMail(page, ada.email, /^Your email address is being changed/))
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Undo the change' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your address is yours again')
    await page.getByLabel('New password', { exact: true }).fill(NEW)
    await page.getByLabel('Repeat new password', { exact: true }).fill(NEW)
    await page.getByRole('button', { name: 'Set the new password' }).click()
    await fillSignIn(page, { ...ada, password: NEW })
    await expect(page.getByText(ada.email).first()).toBeVisible()
  })

  test('F8: or by its link, and whoever is signed in here has it at once', async ({
    page,
    person,
    context,
  }) => {
    const ada = await settle(person)
    const next = `next-${ada.email}`
    await openSettings(page, ada)
    await askForAddress(page, next)
    const letter = await context.newPage()
    await openLetter(letter, await readMail(page, next, /^Confirm your new email address/))
    await expectAccessible(letter)
    await letter.getByRole('button', { name: 'Use this address from now on' }).click()
    await expect(letter.getByRole('heading', { level: 1 })).toHaveText('Your address is changed')
    await expect(page.getByLabel('New email address'), 'the other tab knows').toBeVisible()
    await expect(page.getByText(next)).toBeVisible()
  })
})

test.describe('a sign-in that is no longer fresh', () => {
  test.use({ provoked: [/403.*auth\.changeEmail|422.*auth\.stepUp/] })

  test('E9: by keyboard alone: cancelled nothing changes; a wrong password is said; the right one resumes', async ({
    page,
    person,
  }) => {
    const ada = await settle(person)
    const next = `next-${ada.email}`
    await openSettings(page, ada)
    await ageSignIns(ada.email)
    const address = page.getByLabel('New email address')
    await tabTo(page, 'New email address')
    await page.keyboard.type(next)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Is it still you?' })
    await expect(dialog).toBeVisible()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
    await expect(address).toBeFocused()
    await expect(address).toHaveValue(next)
    await expect(page.getByRole('alert')).toHaveCount(0)

    await page.keyboard.press('Enter')
    const password = dialog.getByLabel('Your password', { exact: true })
    await expect(password).toBeFocused()
    await page.keyboard.type('not the password')
    await page.keyboard.press('Enter')
    await expect(password).toHaveAccessibleDescription('This is not your password.')
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type(ada.password)
    await page.keyboard.press('Enter')
    await expect(dialog).toHaveCount(0)
    await expect(page.getByText(next)).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Email address' })).toBeFocused()
  })
})

test('letters that come back are said on the dashboard, with the way to mend it', async ({
  page,
  person,
}) => {
  const ada = await settle(person)
  await page.goto('/forgot-password')
  await page.getByLabel('Email address').fill(ada.email)
  await page.getByRole('button', { name: 'Send me a letter' }).click()
  await readMail(page, ada.email)
  await returnLetters(ada.email)
  await signIn(page, ada)
  await expect(page.getByText(/^Letters to/)).toContainText(`Letters to ${ada.email} come back.`)
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Give another address' }).click()
  await expect(page).toHaveURL(/\/settings$/)
})

test('on a phone: the name, the key and the way out, side by side', async ({ page, person }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await openSettings(page, await settle({ ...person, name: 'Wolfgang Amadeus Chrysostomus Mozart' }))
  for (const path of ['/settings', '/account/security', '/dashboard']) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(bar(page).getByRole('link', { name: 'Security' })).toBeInViewport()
    await expect(bar(page).getByRole('button', { name: 'Sign out' })).toBeInViewport()
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow, path).toBeLessThanOrEqual(0)
  }
  await bar(page).getByRole('link', { name: 'Security' }).click()
  await expect(page).toHaveURL(/\/account\/security$/)
})

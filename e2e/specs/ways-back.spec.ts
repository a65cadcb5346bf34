import type { Page } from '@playwright/test'
import { codeIn, openLetter } from '../support/letters.ts'
import { settle } from '../support/scene.ts'
import {
  expect,
  expectAccessible,
  fillSignIn,
  FIREFOX,
  readMail,
  signIn,
  signInElsewhere,
  test,
  type Person,
} from '../support/test.ts'

const NEW = 'copper-meadow-lantern-58'
const SET = 'Your new password is set. Sign in with it.'

async function forget(page: Page, { email }: Person): Promise<void> {
  await page.goto('/login')
  await page.getByLabel('Email address').fill(email)
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await expect(page.getByLabel('Email address'), 'typed once is enough').toHaveValue(email)
  await page.getByRole('button', { name: 'Send me a letter' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your mail')
}

async function choose(page: Page): Promise<void> {
  await page.getByLabel('New password', { exact: true }).fill(NEW)
  await page.getByLabel('Repeat new password', { exact: true }).fill(NEW)
  await page.getByRole('button', { name: 'Set the new password' }).click()
  await expect(page.getByText(SET)).toBeVisible()
}

/** The next step of a browser whose session has ended. */
async function expectSignedOut(page: Page): Promise<void> {
  await page.reload()
  await expect(page).toHaveURL(/\/login\?next=/)
}

test.describe('who forgot the password', () => {
  test.use({ provoked: [/401.*(user\.me|auth\.login)|400.*auth\.resetPassword/] })

  test('E5, E7: chooses a new one by the link; every sign-in before it is over, and the link works once', async ({
    page,
    person,
    browser,
  }) => {
    const ada = await settle(person)
    const other = await signInElsewhere(browser, ada, FIREFOX)
    await forget(page, ada)
    await expectAccessible(page)
    const mail = await readMail(page, ada.email, /^Choose a new password/)
    await openLetter(page, mail)
    await expectAccessible(page)
    await choose(page)
    await expectAccessible(page)
    await fillSignIn(page, ada)
    await expect(page.getByRole('alert'), 'the old one is over').toBeVisible()
    await expect(page.getByRole('link', { name: 'Choose a new one by mail' })).toBeVisible()
    await expectAccessible(page)
    await fillSignIn(page, { ...ada, password: NEW })
    await expect(page).toHaveURL(/\/dashboard$/)
    await expectSignedOut(other)
    await readMail(page, ada.email, /^Your password was changed/)

    await openLetter(page, mail)
    await page.getByLabel('New password', { exact: true }).fill(`${NEW}-9`)
    await page.getByLabel('Repeat new password', { exact: true }).fill(`${NEW}-9`)
    await page.getByRole('button', { name: 'Set the new password' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link is used up')
  })

  test('F9: or by the code, where it was asked for', async ({ page, person }) => {
    const ada = await settle(person)
    await forget(page, ada)
    const mail = await readMail(page, ada.email, /^Choose a new password/)
    await page.getByLabel('Code').fill(codeIn(mail))
    await choose(page)
    await fillSignIn(page, { ...ada, password: NEW })
    await expect(page).toHaveURL(/\/dashboard$/)
  })
})

test('B4: whether there is such an account is not said', async ({ page, person }) => {
  await forget(page, person)
  await expect(page.getByRole('main')).toContainText(`If there is an account with ${person.email}`)
})

test.describe('somebody else is in', () => {
  test.use({ provoked: [/401.*(user\.me|auth\.login)/] })

  test('E7: the owner says that it was not them, everybody is out, and a new password lets them in', async ({
    page,
    person,
    browser,
  }) => {
    const ada = await settle(person)
    await signIn(page, ada)
    const thief = await signInElsewhere(browser, ada, FIREFOX)
    await openLetter(page, await readMail(page, ada.email, /^A new device signed in/))
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('This was not you?')
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Lock everybody out' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Everybody is locked out')
    await expectAccessible(page)
    await expectSignedOut(thief)
    await fillSignIn(thief, ada)
    await expect(thief.getByRole('alert')).toBeVisible()
    await choose(page)
    await fillSignIn(page, { ...ada, password: NEW })
    await expect(page).toHaveURL(/\/dashboard$/)
  })
})

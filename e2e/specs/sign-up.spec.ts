import { BRAND } from '@latchkey/shared/brand'
import { showsInbox } from '../support/product.ts'
import { settle } from '../support/scene.ts'
import { expect, fillSignIn, readMail, register, signIn, test } from '../support/test.ts'

test('sign up, read the letter, sign in, sign out', async ({ page, person }) => {
  await register(page, person)
  await expect(page.getByRole('main')).toContainText(person.email)

  const mail = await readMail(page, person.email)
  expect(mail.subject).toBe(`Confirm your email address · ${BRAND.name}`)
  if (showsInbox) {
    await page.goto('/dev/inbox')
    await expect(page.getByText(person.email).first()).toBeVisible()
  }

  await signIn(page, person)
  await expect(page.getByRole('heading', { level: 1 })).toContainText(person.name)
  await expect(page.getByText(person.email).first()).toBeVisible()

  await page.goto('/login')
  await expect(page, 'a signed-in person is turned away from sign-in').toHaveURL(/\/dashboard$/)

  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/login/)
  await page.goBack()
  await expect(page, 'the back button shows nothing of before').toHaveURL(/\/login/)
})

test('a page asked for without a session is where one comes back to', async ({ page, person }) => {
  await register(page, person)
  await page.goto('/dashboard?from=bookmark')
  await expect(page).toHaveURL(/\/login\?next=/)
  await fillSignIn(page, person)
  await expect(page).toHaveURL(/\/dashboard\?from=bookmark$/)
})

test('a return path to somewhere else is not followed', async ({ page, person }) => {
  await register(page, person)
  for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
    await page.goto(`/login?next=${encodeURIComponent(next)}`)
    await fillSignIn(page, person)
    await expect(page).toHaveURL(/localhost:\d+\/dashboard$/)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect(page).toHaveURL(/\/login/)
  }
})

test('the address that is taken is told nothing here, and its owner by mail', async ({ page, person }) => {
  await settle(person)
  await register(page, { ...person, password: 'another-velvet-mango-77' })
  await readMail(page, person.email, /^You already have an account/)
})

import { BRAND } from '@latchkey/shared/brand'
import { decide } from '../support/operator.ts'
import { settle } from '../support/scene.ts'
import { expect, fillSignIn, readMail, register, signIn, test } from '../support/test.ts'

test.describe('a wrong password', () => {
  test.use({ provoked: [/401.*auth\.login/] })

  test('says one vague sentence, keeps the address, and the right one then works', async ({
    page,
    person,
  }) => {
    await register(page, person)
    await page.goto('/login')
    await fillSignIn(page, { ...person, password: 'not the password' })
    await expect(page.getByRole('alert')).toContainText('The email address or password is not right.')
    await expect(page.getByLabel('Email address')).toHaveValue(person.email)
    await fillSignIn(page, person)
    await expect(page).toHaveURL(/\/dashboard$/)
  })
})

test('a form is not sent while it cannot be right, and says where', async ({ page }) => {
  const sent: string[] = []
  page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()))
  await page.goto('/register')
  await page.getByLabel('Email address').fill('nobody')
  await page.getByLabel('Password', { exact: true }).fill('short')
  await page.getByLabel('Repeat password', { exact: true }).fill('different')
  await page.getByRole('button', { name: 'Create account' }).click()
  for (const label of ['Email address', 'Repeat password']) {
    const field = page.getByLabel(label, { exact: true })
    await expect(field).toHaveAttribute('aria-invalid', 'true')
    await expect(field).toHaveAccessibleDescription(/\S/)
  }
  expect(sent).toEqual([])
})

test.describe('the server is away', () => {
  test.use({ provoked: [/ERR_FAILED|ERR_CONNECTION|Failed to fetch/] })

  test('a friendly sentence, nothing lost, and the second try works', async ({ page, person }) => {
    await register(page, person)
    await page.goto('/login')
    await page.route('**/api/trpc/auth.login*', (route) => route.abort())
    await fillSignIn(page, person)
    await expect(page.getByRole('alert')).toBeVisible()
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue(person.password)
    await page.unroute('**/api/trpc/auth.login*')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveURL(/\/dashboard$/)
  })
})

test('a slow answer: the button says so, and a second click sends nothing more', async ({ page, person }) => {
  const ada = await settle(person)
  await page.goto('/login')
  let asked = 0
  await page.route('**/api/trpc/auth.login*', async (route) => {
    asked += 1
    await new Promise((resolve) => setTimeout(resolve, 800))
    await route.continue()
  })
  await page.getByLabel('Email address').fill(ada.email)
  await page.getByLabel('Password', { exact: true }).fill(ada.password)
  await page.getByLabel('Password', { exact: true }).press('Enter')
  await page.getByLabel('Password', { exact: true }).press('Enter')
  await expect(page.getByRole('button', { name: /Signing in/ })).toBeVisible()
  await expect(page).toHaveURL(/\/dashboard$/)
  expect(asked).toBe(1)
})

test.describe('a session that ended elsewhere', () => {
  test.use({ provoked: [/401.*user\.me/] })

  test('leads to sign-in with a friendly word, and back', async ({ page, person, context }) => {
    await register(page, person)
    await signIn(page, person)
    const cookies = await context.cookies()
    await context.addCookies(
      cookies
        .filter(({ name }) => name === 'latchkey_session')
        .map((cookie) => ({ ...cookie, value: 'A'.repeat(43) })),
    )
    await page.reload()
    await expect(page).toHaveURL(/\/login\?next=/)
    await expect(page.getByText('You have been signed out.')).toBeVisible()
  })
})

test.describe('somebody who was suspended', () => {
  test.use({ provoked: [/401.*(user\.me|session\.list|audit\.mine|auth\.login)/] })

  test('C7: is out on the next step, with the word of every session that ends; sign-in says no more than that', async ({
    page,
    person,
  }) => {
    await register(page, person)
    await signIn(page, person)
    await decide('suspend', person.email)
    await page.getByRole('navigation', { name: 'Account' }).getByRole('link', { name: 'Security' }).click()
    await expect(page).toHaveURL(/\/login\?next=\/account\/security$/)
    await expect(page.getByText('You have been signed out.')).toBeVisible()
    await fillSignIn(page, person)
    await expect(page.getByRole('alert')).toContainText('The email address or password is not right.')
    await readMail(page, person.email, /suspended/)

    await decide('restore', person.email)
    await fillSignIn(page, person)
    await expect(page, 'and nothing is lost').toHaveURL(/\/account\/security$/)
    await expect(page.getByText('Account suspended')).toBeVisible()
  })
})

test('two tabs: signing out in one signs out the other', async ({ page, person, context }) => {
  const ada = await settle(person)
  await signIn(page, ada)
  const other = await context.newPage()
  await other.goto('/dashboard')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/login/)
  await expect(other).toHaveURL(/\/login/)
})

test('C11, D17: nothing of the session is kept where scripts can read it', async ({ page, person }) => {
  await register(page, person)
  await signIn(page, person)
  const readable = await page.evaluate(() => ({
    cookies: document.cookie,
    stored: [localStorage, sessionStorage].flatMap((store) => Object.entries<string>(store)),
  }))
  expect(readable.cookies).not.toContain('latchkey_session')
  expect(readable.stored, 'the moment of the last renewal and nothing else').toEqual([
    [`${BRAND.slug}:renewed-at`, expect.stringMatching(/^\d{13}$/)],
  ])
})

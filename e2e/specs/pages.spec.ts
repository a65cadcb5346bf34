import { BRAND } from '@latchkey/shared/brand'
import { showsInbox } from '../support/product.ts'
import { settle } from '../support/scene.ts'
import { expect, expectAccessible, signIn, test } from '../support/test.ts'

const PAGES = [
  ['/login', `Sign in · ${BRAND.name}`],
  ['/register', `Create an account · ${BRAND.name}`],
  ['/signup', `Create an account · ${BRAND.name}`],
  ['/register/sent', `Check your mail · ${BRAND.name}`],
  ['/verify-email', `Confirm your address · ${BRAND.name}`],
  ['/verify-email#token=of-a-letter', `Confirm your address · ${BRAND.name}`],
  ['/forgot-password', `Forgot your password? · ${BRAND.name}`],
  ['/reset-password#token=of-a-letter', `Choose a new password · ${BRAND.name}`],
  ['/confirm-email#token=of-a-letter', `Confirm your new address · ${BRAND.name}`],
  ['/undo-email#token=of-a-letter', `Undo the change of address · ${BRAND.name}`],
  ['/not-me#token=of-a-letter', `This was not you? · ${BRAND.name}`],
  ['/unlock', `This link is incomplete · ${BRAND.name}`],
  ['/unlock#token=of-a-letter', `Allow signing in again · ${BRAND.name}`],
  ['/nobody/lives/here', `Page not found · ${BRAND.name}`],
  ['/dev/inbox', `Local inbox · ${BRAND.name}`],
  ['/docs', `${BRAND.name} API`],
] as const

for (const [path, title] of PAGES)
  test(`${path}: one title, one heading, no fault that axe finds in either theme`, async ({ page }) => {
    // The inbox holds whatever letters the other tests have had sent by now.
    if (path === '/dev/inbox') test.slow()
    await page.goto(path)
    await expect(page).toHaveTitle(title)
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1)
    await expectAccessible(page)
  })

test('/dashboard: the same, signed in', async ({ page, person }) => {
  await signIn(page, await settle(person))
  await expect(page).toHaveTitle(`Dashboard · ${BRAND.name}`)
  await expectAccessible(page)
})

test('a form full of complaints is as accessible as an empty one', async ({ page }) => {
  await page.goto('/register')
  await page.getByLabel('Password', { exact: true }).fill('short')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByLabel('Email address')).toHaveAttribute('aria-invalid', 'true')
  await expectAccessible(page)
})

test('no page is wider than a phone', async ({ page, person }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  const ada = await settle(person)
  const paths = [
    '/login',
    '/register',
    '/register/sent',
    '/unlock#token=of-a-letter',
    '/verify-email',
    '/forgot-password',
    '/reset-password#token=of-a-letter',
    '/not-me#token=of-a-letter',
    '/nobody/lives/here',
    ...(showsInbox ? ['/dev/inbox'] : []),
    '/docs',
  ]
  for (const path of [...paths, '/dashboard']) {
    if (path === '/dashboard') await signIn(page, ada)
    else await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow, path).toBeLessThanOrEqual(0)
  }
})

test('N14: files with a fingerprint are kept for ever, the shell is asked for anew, a missing file is a 404', async ({
  page,
}) => {
  const shell = await page.request.get('/login', { headers: { accept: 'text/html' } })
  expect(shell.headers()['cache-control']).toBe('no-cache')
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(await shell.text())?.[1] ?? ''
  const asset = await page.request.get(script)
  expect(asset.headers()['cache-control']).toBe('public, max-age=31536000, immutable')
  expect(asset.headers()['content-encoding']).toMatch(/br|gzip/)
  expect((await page.request.get('/assets/gone-12345678.js', { headers: { accept: '*/*' } })).status()).toBe(
    404,
  )
  expect(
    (await page.request.get('/assets/gone-12345678.js', { headers: { accept: 'text/html' } })).status(),
  ).toBe(404)
})

import { codeIn, openLetter } from '../support/letters.ts'
import { settle } from '../support/scene.ts'
import { expect, expectAccessible, fillSignIn, readMail, register, signIn, test } from '../support/test.ts'

const NEW = 'copper-meadow-lantern-58'
const CONFIRM = /^Confirm your email address/

test('F9, E7, D3: who has registered confirms by the link, once, and its token stays nowhere', async ({
  page,
  person,
}) => {
  await register(page, person)
  await signIn(page, person)
  const card = page.getByRole('region', { name: 'Confirm your address' })
  await expect(card).toBeVisible()
  await expectAccessible(page)

  const mail = await readMail(page, person.email, CONFIRM)
  await openLetter(page, mail)
  await page.reload()
  await expect(page.getByRole('heading', { level: 1 }), 'opening has used nothing up').toHaveText(
    'Confirm your address',
  )
  await openLetter(page, mail)
  await page.getByRole('button', { name: 'Confirm this address' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your address is confirmed')
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Go to your dashboard' }).click()
  await expect(page.getByText('Verified', { exact: true })).toBeVisible()
  await expect(card).toHaveCount(0)
})

test.describe('a wrong code first', () => {
  test.use({ provoked: [/400.*auth\.verifyEmail/] })

  test('F9: who has registered types the code of the letter there', async ({ page, person }) => {
    await register(page, person)
    const mail = await readMail(page, person.email, CONFIRM)
    await expect(page.getByText(/^The letter has left us/)).toBeVisible()
    await expectAccessible(page)
    await page.getByLabel('Code').fill('222222')
    await page.getByRole('button', { name: 'Confirm this address' }).click()
    await expect(page.getByRole('alert')).toContainText('not the code of the newest letter')
    await page.getByLabel('Code').fill(codeIn(mail).toLowerCase())
    await page.getByLabel('Code').press('Enter')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your address is confirmed')
    await page.getByRole('link', { name: 'Go to sign in' }).click()
    await fillSignIn(page, person)
    await expect(page.getByText('Verified', { exact: true })).toBeVisible()
  })
})

test.describe('in another browser than the one that registered', () => {
  test.use({ provoked: [/40[01].*auth\.(verifyEmail|login)|422.*auth\.verifyEmail/] })

  test('E10: the password of the registration is asked for, beside the code', async ({ page, person }) => {
    const ada = await settle(person, 'register')
    await page.goto('/verify-email')
    await page.getByLabel('Email address').fill(ada.email)
    await page.getByRole('button', { name: /^Send another letter/ }).click()
    await expect(page.getByText(/we have sent another letter/)).toBeVisible()
    await expectAccessible(page)
    const mail = await readMail(page, ada.email, CONFIRM)
    await page.getByLabel('Code').fill(codeIn(mail))
    await page.getByRole('button', { name: 'Confirm this address' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Was it you who registered?')
    const password = page.getByLabel('Password of the registration', { exact: true })
    await password.fill('not the password')
    await page.getByRole('button', { name: 'Confirm this address' }).click()
    await expect(password).toHaveAccessibleDescription(/not the password that was chosen/)
    await expectAccessible(page)
    await password.fill(ada.password)
    await password.press('Enter')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your address is confirmed')
    await signIn(page, ada)
  })

  test('E10: who chose none begins anew, and the earlier password opens nothing', async ({
    page,
    person,
  }) => {
    const stranger = await settle(person, 'register')
    await page.goto('/verify-email')
    await page.getByLabel('Email address').fill(stranger.email)
    await page.getByRole('button', { name: /^Send another letter/ }).click()
    await openLetter(page, await readMail(page, stranger.email, CONFIRM))
    await page.getByRole('button', { name: 'Confirm this address' }).click()
    await page.getByRole('button', { name: 'I did not choose one' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Begin anew')
    await expectAccessible(page)
    await page.getByLabel('New password', { exact: true }).fill(NEW)
    await page.getByLabel('Repeat new password', { exact: true }).fill(NEW)
    await page.getByRole('button', { name: 'Begin with this password' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your address is confirmed')
    await page.getByRole('link', { name: 'Go to sign in' }).click()
    await fillSignIn(page, stranger)
    await expect(page.getByRole('alert')).toContainText('The email address or password is not right.')
    await signIn(page, { ...stranger, password: NEW })
  })
})

import AxeBuilder from '@axe-core/playwright'
import { test as base, expect, type Browser, type BrowserContext, type Page } from '@playwright/test'
import { BRAND } from '@latchkey/shared/brand'
import { inboxOf } from './product.ts'

/** What a person is and does, as verbs. A page that says anything on its console fails its test. */
export type Person = { email: string; password: string; name: string }

type Fixtures = {
  person: Person
  /** Answers that a test provokes on purpose, by URL: the browser notes each refused request on its console. */
  provoked: RegExp[]
}

/** A letter's frame in the local inbox runs no script, and so not the test runner's either. */
const FROM_THE_RUNNER = /Blocked script execution in 'about:srcdoc'/

let born = 0

export const test = base.extend<Fixtures & { quietConsole: void }>({
  // Limits count by address, so no test spends what another one needs.
  // oxlint-disable-next-line no-empty-pattern -- the runner wants a destructured first argument
  extraHTTPHeaders: async ({}, use, { workerIndex }) => {
    born += 1
    await use({ 'x-forwarded-for': `2001:db8:${workerIndex.toString(16)}:${born.toString(16)}::1` })
  },
  context: async ({ context }, use) => {
    await readInboxFromHere(context)
    await use(context)
  },
  // oxlint-disable-next-line no-empty-pattern -- the runner wants a destructured first argument
  person: async ({}, use, info) => {
    born += 1
    const email = `person-${info.workerIndex}-${Date.now()}-${born}@example.com`
    await use({ email, password: 'velvet-harbour-mango-42', name: 'Ada Lovelace' })
  },
  provoked: [[], { option: true }],
  quietConsole: [
    async ({ page, provoked }, use) => {
      const noise: string[] = []
      page.on('pageerror', (error) => noise.push(String(error)))
      page.on('console', (message) => {
        const expected = [FROM_THE_RUNNER, ...provoked].some((pattern) =>
          pattern.test(`${message.text()} ${message.location().url}`),
        )
        if (['error', 'warning'].includes(message.type()) && !expected)
          noise.push(`${message.type()}: ${message.text()} ${message.location().url}`)
      })
      await use()
      expect(noise, 'the console stays quiet').toEqual([])
    },
    { auto: true },
  ],
})
export { expect }

/** The local inbox opens for this machine only, and not for what somebody forwards. */
async function readInboxFromHere(context: BrowserContext): Promise<void> {
  await context.route('**/dev/inbox*', async (route) => {
    const { 'x-forwarded-for': _address, ...headers } = await route.request().allHeaders()
    await route.continue({ headers })
  })
}

export async function register(page: Page, person: Person): Promise<void> {
  await page.goto('/register')
  await page.getByLabel('Name', { exact: false }).first().fill(person.name)
  await page.getByLabel('Email address').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByLabel('Repeat password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your mail')
}

export async function signIn(page: Page, person: Person): Promise<void> {
  await page.goto('/login')
  await fillSignIn(page, person)
  await expect(page).toHaveURL(/\/dashboard$/)
  // The page is there, and not only its address: who goes on before that leaves its questions without an answer.
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(BRAND.name)
}

export async function fillSignIn(
  page: Page,
  { email, password }: Pick<Person, 'email' | 'password'>,
): Promise<void> {
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
export const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15'

/** The same person at another machine. */
export async function signInElsewhere(browser: Browser, person: Person, userAgent: string): Promise<Page> {
  const context = await browser.newContext({ userAgent })
  const page = await context.newPage()
  await signIn(page, person)
  return page
}

export async function openSecurity(page: Page, person: Person): Promise<void> {
  await signIn(page, person)
  await page.getByRole('navigation', { name: 'Account' }).getByRole('link', { name: 'Security' }).click()
  await expect(page).toHaveURL(/\/account\/security$/)
}

export type Mail = { id: string; to: string; subject: string; text: string; html: string }

/** Waits for the newest letter to somebody, as they would: by looking again. */
export async function readMail(page: Page, to: string, subject = /./): Promise<Mail> {
  let found: Mail | undefined
  await expect(async () => {
    const inbox = (await (await fetch(inboxOf(page))).json()) as Mail[]
    found = inbox.find((mail) => mail.to === to && subject.test(mail.subject))
    expect(found, `a letter to ${to} about ${String(subject)}`).toBeDefined()
  }).toPass({ timeout: 15_000 })
  return found as unknown as Mail
}

const OF_COLOUR = ['color-contrast', 'link-in-text-block']

export async function expectAccessible(page: Page): Promise<void> {
  // Letters are looked at by their own tests, and their frames let no tool in.
  await page.locator('iframe').evaluateAll((frames) => frames.forEach((frame) => frame.remove()))
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await allAtRest(page)
    // The other mode judges in a page of its own, for the sake of frames that are gone here, and takes twice as long.
    const axe = new AxeBuilder({ page }).setLegacyMode()
    // The other theme is other colours and nothing else.
    if (colorScheme === 'dark') axe.withRules(OF_COLOUR)
    const { violations } = await axe.analyze()
    expect(violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes[0]?.html ?? ''}`)).toEqual([])
  }
}

/** A colour on its way from one theme to the other is neither's: contrast is judged of what stays. */
async function allAtRest(page: Page): Promise<void> {
  // Brought to their ends and not waited for: one that is not drawn never gets there by itself.
  await page.evaluate(() => {
    for (const animation of document.getAnimations())
      if (Number.isFinite(animation.effect?.getComputedTiming().endTime)) animation.finish()
      else animation.cancel()
  })
}

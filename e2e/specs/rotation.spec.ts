import type { BrowserContext, Page, Request } from '@playwright/test'
import { settle } from '../support/scene.ts'
import { expect, readMail, signIn, test, type Person } from '../support/test.ts'

const REFRESH = '**/api/trpc/auth.refresh*'
const isRefresh = (request: Request) => request.url().includes('auth.refresh')

/** Somebody signed in, with so many tabs, and a clock that the test can move. */
async function openTabs(page: Page, person: Person, count: number): Promise<Page[]> {
  const context = page.context()
  await context.clock.install()
  await signIn(page, await settle(person))
  const tabs = [page]
  while (tabs.length < count) {
    const tab = await context.newPage()
    await tab.goto('/dashboard')
    tabs.push(tab)
  }
  await expectSignedIn(tabs, person)
  return tabs
}

/** Every tab is looked at in the same moment: each renews if it must, and asks anew who is signed in. */
const lookAt = (tabs: Page[]) =>
  Promise.all(
    tabs.map((tab) =>
      tab.evaluate(() => void document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))),
    ),
  )

async function expectSignedIn(tabs: Page[], person: Person): Promise<void> {
  for (const tab of tabs) await expect(tab.getByRole('heading', { level: 1 })).toContainText(person.name)
}

function requestsOf(context: BrowserContext): Request[] {
  const requests: Request[] = []
  context.on('request', (request) => requests.push(request))
  return requests
}

const tokenOf = async (context: BrowserContext) =>
  (await context.cookies()).find(({ name }) => name.endsWith('session'))?.value

test('three tabs that renew together, five times: one renewal each time, nobody is signed out', async ({
  page,
  person,
  context,
}) => {
  const tabs = await openTabs(page, person, 3)
  const requests = requestsOf(context)
  for (let round = 1; round <= 5; round += 1) {
    const before = await tokenOf(context)
    const answered = context.waitForEvent('response', (response) => isRefresh(response.request()))
    await context.clock.fastForward('15:00')
    await lookAt(tabs)
    expect((await answered).status()).toBe(200)
    await expect.poll(() => tokenOf(context)).not.toBe(before)
    await expectSignedIn(tabs, person)
    expect(requests.filter(isRefresh), `round ${round}`).toHaveLength(round)
  }
  for (const tab of tabs) await tab.reload()
  await expectSignedIn(tabs, person)
  expect(requests.filter(isRefresh), 'a page load is no reason to renew').toHaveLength(5)
})

test.describe('a line that loses answers', () => {
  test.use({ provoked: [/ERR_FAILED.*auth\.refresh/] })

  test('a renewal whose answer is lost, twice in a row, signs nobody out; the third one counts', async ({
    page,
    person,
    context,
    request: server,
  }) => {
    await openTabs(page, person, 1)
    const before = await tokenOf(context)
    const lost: number[] = []
    await page.route(REFRESH, async (route) => {
      const asked = route.request()
      const answer = await server.fetch(asked, { headers: await asked.allHeaders() })
      lost.push(answer.status())
      await route.abort()
    })
    for (const wait of ['15:00', '02:00']) {
      const failed = page.waitForEvent('requestfailed', isRefresh)
      await context.clock.fastForward(wait)
      await lookAt([page])
      await failed
      await expectSignedIn([page], person)
    }
    expect(lost, 'the server had renewed each time').toEqual([200, 200])
    expect(await tokenOf(context)).toBe(before)

    await page.unroute(REFRESH)
    const answered = page.waitForResponse(REFRESH)
    await context.clock.fastForward('02:00')
    await lookAt([page])
    expect((await answered).status()).toBe(200)
    await expect.poll(() => tokenOf(context)).not.toBe(before)
    await page.reload()
    await expectSignedIn([page], person)
  })
})

test('a laptop wakes from a night of sleep: one renewal, before that tab asks anything; all stay in', async ({
  page,
  person,
  context,
}) => {
  const tabs = await openTabs(page, person, 3)
  const requests = requestsOf(context)
  const answered = context.waitForEvent('response', (response) => isRefresh(response.request()))
  await context.clock.fastForward('09:00:00')
  await lookAt(tabs)
  await lookAt(tabs)
  expect((await answered).status()).toBe(200)
  await expectSignedIn(tabs, person)
  const renewals = requests.filter(isRefresh)
  expect(renewals).toHaveLength(1)
  const ofThatTab = requests.filter((request) => request.frame() === renewals[0]?.frame())
  expect(isRefresh(ofThatTab[0] as Request), 'its first question').toBe(true)
  for (const tab of tabs) await tab.reload()
  await expectSignedIn(tabs, person)
})

test.describe('a cookie that was copied', () => {
  test.use({ provoked: [/401.*user\.me/] })

  test('shown after its time, it signs out both who hold it, and the owner gets a letter', async ({
    page,
    person,
    context,
    browser,
  }) => {
    test.slow()
    await openTabs(page, person, 1)
    const thief = await browser.newContext({ storageState: await context.storageState() })
    const answered = page.waitForResponse(REFRESH)
    await context.clock.fastForward('15:00')
    await lookAt([page])
    expect((await answered).status()).toBe(200)
    await page.reload()
    await expectSignedIn([page], person)

    // The one wait for time itself: the database's clock says when the old token dies.
    await new Promise((resolve) => setTimeout(resolve, 31_000))
    const copy = await thief.newPage()
    await copy.goto('/dashboard')
    await expect(copy).toHaveURL(/\/login\?next=/)

    await page.reload()
    await expect(page).toHaveURL(/\/login\?next=\/dashboard$/)
    await expect(page.getByText('You have been signed out.')).toBeVisible()
    await readMail(page, person.email, /^We signed you out to be safe/)
  })
})

import type { APIRequestContext, Browser, Page } from '@playwright/test'
import { LETTERS, type LetterName } from '@latchkey/shared/letters'
import { decide } from '../support/operator.ts'
import { outliveRotations, settle } from '../support/scene.ts'
import { expect, readMail, test, type Mail, type Person } from '../support/test.ts'

const NEW = 'copper-meadow-lantern-58'
const TIMES = 3
const PROGRAM = { 'user-agent': 'A program/1.0' }
const LIKE_A_BROWSER = { accept: 'text/html,*/*' }

/** A program with a cookie jar, from an address of its own. */
async function post(request: APIRequestContext, path: string, data: object) {
  const headers = PROGRAM
  const asked = await request.get('/api/auth/csrf', { headers })
  const { csrfToken } = (await asked.json()) as { csrfToken: string }
  return request.post(path, { data, headers: { ...headers, 'x-csrf-token': csrfToken } })
}

const linksIn = ({ html, text }: Mail): string[] => [
  ...new Set(
    [...html.matchAll(/href="([^"]+)"/g), ...text.matchAll(/(https?:\/\/\S+)/g)].map(([, href = '']) => href),
  ),
]
const tokenIn = (mail: Mail): string => /#token=([\w-]+)/.exec(mail.text)?.[1] ?? ''

/** What scanners do, at their most thorough: every link, by GET and HEAD, redirects and scripts included. No click. */
async function scan(mail: Mail, { browser, request }: { browser: Browser; request: APIRequestContext }) {
  const links = linksIn(mail)
  const context = await browser.newContext()
  for (let time = 0; time < TIMES; time += 1)
    for (const link of links) {
      for (const method of ['GET', 'HEAD'])
        expect((await request.fetch(link, { method, headers: LIKE_A_BROWSER })).ok()).toBe(true)
      const page = await context.newPage()
      await page.goto(link, { waitUntil: 'networkidle' })
      await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
      await page.close()
    }
  await context.close()
}

type Scanned = {
  mail: Mail
  /** How the owner uses its link afterwards; where it has none, signs in. */
  use: () => Promise<number>
  /** What they hear of that the first and the second time. */
  heard?: [number, number]
}
const signInBy = (request: APIRequestContext, data: { email: string; password: string }) => async () =>
  (await post(request, '/api/auth/login', data)).status()

/** Whoever has a letter of each kind. One that is not here does not pass the types. */
const KINDS: Record<LetterName, (scene: Scene) => Promise<Scanned>> = {
  async 'verify-email'({ page, person, request }) {
    await post(request, '/api/auth/register', { email: person.email, password: person.password })
    const mail = await readMail(page, person.email, /^Confirm your email/)
    const data = { token: tokenIn(mail), password: person.password }
    return { mail, use: async () => (await post(request, '/api/auth/verify-email', data)).status() }
  },
  async 'reset-password'({ page, person, request }) {
    const { email } = await settle(person)
    await post(request, '/api/auth/forgot-password', { email })
    const mail = await readMail(page, email, /^Choose a new password/)
    const data = { token: tokenIn(mail), password: NEW }
    return { mail, use: async () => (await post(request, '/api/auth/reset-password', data)).status() }
  },
  async 'change-email'({ page, person, request }) {
    const { email, password } = await settle(person)
    await post(request, '/api/auth/login', { email, password })
    await post(request, '/api/auth/change-email', { email: `new-${email}` })
    const mail = await readMail(page, `new-${email}`, /^Confirm your new email/)
    const data = { token: tokenIn(mail) }
    return { mail, use: async () => (await post(request, '/api/auth/change-email/confirm', data)).status() }
  },
  async 'email-changing'({ page, person, request }) {
    const { email, password } = await settle(person)
    await post(request, '/api/auth/login', { email, password })
    await post(request, '/api/auth/change-email', { email: `new-${email}` })
    const mail = await readMail(page, email, /is being changed/)
    const data = { token: tokenIn(mail) }
    return { mail, use: async () => (await post(request, '/api/auth/change-email/undo', data)).status() }
  },
  async 'new-device'({ page, person, request, playwright, baseURL }) {
    const { email, password } = await settle(person)
    await post(request, '/api/auth/login', { email, password })
    const elsewhere = await playwright.request.newContext({
      ...(baseURL !== undefined && { baseURL }),
      extraHTTPHeaders: { 'x-forwarded-for': '198.51.100.7' },
    })
    await post(elsewhere, '/api/auth/login', { email, password })
    await elsewhere.dispose()
    const mail = await readMail(page, email, /^A new device/)
    const data = { token: tokenIn(mail) }
    return { mail, use: async () => (await post(request, '/api/auth/not-me', data)).status() }
  },
  async 'account-locked'({ page, person, request }) {
    const { email } = await settle(person)
    await page.goto('/login')
    for (let guess = 0; guess < 5; guess += 1) {
      await page.getByLabel('Email address').fill(email)
      await page.getByLabel('Password', { exact: true }).fill(`not the password ${guess}`)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page.getByRole('alert')).toBeVisible()
      await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled()
    }
    const mail = await readMail(page, email, /guessing/)
    const data = { token: tokenIn(mail) }
    return { mail, use: async () => (await post(request, '/api/auth/unlock', data)).status() }
  },
  async 'password-changed'({ page, person, request }) {
    const { email, password } = await settle(person)
    await post(request, '/api/auth/login', { email, password })
    await post(request, '/api/auth/change-password', { currentPassword: password, password: NEW })
    const mail = await readMail(page, email, /^Your password was changed/)
    const data = { token: tokenIn(mail) }
    return { mail, use: async () => (await post(request, '/api/auth/not-me', data)).status() }
  },
  async 'account-exists'({ page, person, request }) {
    const { email, password } = await settle(person)
    await post(request, '/api/auth/register', { email, password: NEW })
    const mail = await readMail(page, email, /^You already have an account/)
    return { mail, use: signInBy(request, { email, password }), heard: [200, 200] }
  },
  async 'session-ended'({ page, person, request, playwright, baseURL }) {
    const { email, password } = await settle(person)
    await post(request, '/api/auth/login', { email, password })
    const stolen = await playwright.request.newContext({
      ...(baseURL !== undefined && { baseURL }),
      storageState: await request.storageState(),
      extraHTTPHeaders: PROGRAM,
    })
    await post(request, '/api/auth/refresh', {})
    await request.get('/api/auth/me', { headers: PROGRAM })
    await outliveRotations(email)
    expect((await stolen.get('/api/auth/me')).status()).toBe(401)
    await stolen.dispose()
    const mail = await readMail(page, email, /^We signed you out to be safe/)
    return { mail, use: signInBy(request, { email, password }), heard: [200, 200] }
  },
  async 'account-suspended'({ page, person, request }) {
    const { email, password } = await settle(person)
    await decide('suspend', email)
    const mail = await readMail(page, email, /suspended/)
    return { mail, use: signInBy(request, { email, password }), heard: [401, 401] }
  },
  async 'account-restored'({ page, person, request }) {
    const { email, password } = await settle(person)
    await decide('suspend', email)
    await decide('restore', email)
    const mail = await readMail(page, email, /^Your account works again/)
    return { mail, use: signInBy(request, { email, password }), heard: [200, 200] }
  },
}
type Scene = {
  page: Page
  person: Person
  request: APIRequestContext
  playwright: { request: { newContext(options: object): Promise<APIRequestContext> } }
  baseURL: string | undefined
}

test.describe('pain 1: whoever scans the mail and clicks nothing spends nothing', () => {
  test.use({ provoked: [/40[013]/] })
  for (const kind of Object.keys(KINDS) as LetterName[])
    test(`the letter ${kind}`, async ({ page, person, request, playwright, baseURL, browser }) => {
      await page.goto('/login')
      const scene = { page, person, request, playwright, baseURL }
      const { mail, use, heard = [200, 400] } = await KINDS[kind](scene)
      expect(tokenIn(mail) !== '', mail.subject).toBe('token' in LETTERS[kind].shape)
      await scan(mail, { browser, request })
      expect([await use(), await use()], 'its owner uses it afterwards, once').toEqual(heard)
    })
})

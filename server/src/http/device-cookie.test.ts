import { afterAll, expect, test } from 'vitest'
import { aSignedInUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'

const host = await openTestHost()
afterAll(() => host.close())

/** What the device is called after a sign-in that showed this cookie. */
async function nameAfter(email: string, shown: string): Promise<string | undefined> {
  const browser = new Browser(host.url)
  browser.jar.set('latchkey_device', shown)
  expect((await browser.post('/api/auth/login', { email, password: PASSWORD })).status).toBe(200)
  return browser.jar.get('latchkey_device')?.split('.')[0]
}

test('a device keeps the name that we signed, and nobody gives it one that we did not', async () => {
  const { browser, email } = await aSignedInUser(host)
  const signed = browser.jar.get('latchkey_device') ?? ''
  const [name = '', mac = ''] = signed.split('.')
  expect(await nameAfter(email, signed)).toBe(name)
  for (const forged of [
    `${'A'.repeat(32)}.${mac}`,
    `${name}.${'A'.repeat(43)}`,
    `${name}.`,
    name,
    `${signed}.x`,
  ])
    expect([name, 'A'.repeat(32)], forged).not.toContain(await nameAfter(email, forged))
})

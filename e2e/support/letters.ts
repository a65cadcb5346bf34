import { expect, type Page } from '@playwright/test'
import type { Mail } from './test.ts'

const linkIn = ({ text }: Mail): string => /https?:\/\/\S+#token=[\w-]+/.exec(text)?.[0] ?? ''
export const codeIn = ({ text }: Mail): string => /^\s*([2-9A-HJ-NP-Z]{6})\s*$/m.exec(text)?.[1] ?? ''

/** Opens the link of a letter and looks whether its token stays anywhere but in the page. */
export async function openLetter(page: Page, mail: Mail): Promise<void> {
  const link = linkIn(mail)
  const token = link.split('#token=')[1] ?? ''
  expect(token, mail.text).not.toBe('')
  const told: string[] = []
  page.on('request', async (request) => {
    told.push(request.url(), (await request.headerValue('referer').catch(() => null)) ?? '')
  })
  await page.goto(link)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const { pathname } = new URL(link)
  await expect(page, 'the token does not stay in the address').toHaveURL((url) => url.href.endsWith(pathname))
  expect(
    JSON.stringify(
      await page.evaluate(() => [location.href, JSON.stringify(history.state), document.referrer]),
    ),
  ).not.toContain(token)
  // The document itself was asked for by its address, of which a browser sends nothing behind the #.
  expect(told.slice(1).join(' ')).not.toContain(token)
}

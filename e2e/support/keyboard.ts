import { expect, type Page } from '@playwright/test'

/** Tab until something has the focus, as a person without a mouse does. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press('Tab')
    const seen = await nameOfFocused(page)
    if (typeof name === 'string' ? seen.startsWith(name) : name.test(seen)) {
      await expect(page.locator(':focus'), `${seen} shows that it has the focus`).toHaveCSS(
        'outline-style',
        /solid|auto/,
      )
      return
    }
  }
  throw new Error(`nothing called ${String(name)} can be reached by Tab`)
}

/** Asked in one go: a page that is still being drawn may take the focus away again. */
const nameOfFocused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement
    if (!element || element === document.body) return ''
    const labels =
      'labels' in element
        ? [...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent)
        : []
    return element.getAttribute('aria-label') ?? [labels.join(' '), element.textContent].join(' ').trim()
  })

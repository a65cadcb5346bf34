import { expect, type Page } from '@playwright/test'

/** Tab until something has the focus, as a person without a mouse does. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press('Tab')
    const focused = page.locator(':focus')
    if ((await focused.count()) === 0) continue
    const seen = await focused.evaluate((element) => {
      const labels =
        'labels' in element
          ? [...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent)
          : []
      return element.getAttribute('aria-label') ?? [labels.join(' '), element.textContent].join(' ').trim()
    })
    if (typeof name === 'string' ? seen.startsWith(name) : name.test(seen)) {
      await expect(focused, `${seen} shows that it has the focus`).toHaveCSS('outline-style', /solid|auto/)
      return
    }
  }
  throw new Error(`nothing called ${String(name)} can be reached by Tab`)
}

import { chromium } from '@playwright/test'
import { ensureChromium } from '../../local/proof/chromium.ts'

/** Somebody who reloads the page again and again, and what they saw that was not it. */
export type Reloads = { stop(): Promise<{ loads: number; troubles: string[] }> }

export async function startReloads(url: string): Promise<Reloads> {
  const found = await ensureChromium(AbortSignal.timeout(600_000))
  if ('missing' in found) throw new Error(`${found.missing}. ${found.next}`)
  const executablePath = found.env['CHROMIUM_PATH']
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: ['--disable-background-networking', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  })
  const page = await browser.newPage()
  const troubles: string[] = []
  let [loads, isOver] = [0, false]
  page.on('pageerror', (error) => troubles.push(`an error on the page: ${error.message}`))
  page.on('response', (answer) => {
    const isLost = answer.status() >= 500 || (answer.status() >= 400 && answer.url().includes('/assets/'))
    if (isLost) troubles.push(`${answer.status()} ${answer.url()}`)
  })

  const loop = (async () => {
    while (!isOver) {
      try {
        await page.goto(`${url}/login`, { waitUntil: 'load', timeout: 30_000 })
        await page.getByRole('heading', { level: 1 }).waitFor({ timeout: 15_000 })
        loads += 1
      } catch (error) {
        troubles.push(`a blank page: ${(error as Error).message.split('\n')[0] ?? ''}`)
      }
    }
  })()
  return {
    async stop() {
      isOver = true
      await loop
      await browser.close()
      return { loads, troubles }
    },
  }
}

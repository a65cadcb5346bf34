import { join } from 'node:path'
import { publishAssets } from './assets.ts'
import { DIST } from './client.ts'
import { env } from './config/env.ts'

/** A step of `migrate`, before a server of the new build starts. */
if (env.ASSETS_DIR) {
  const { added, removed } = await publishAssets(join(DIST, 'assets'), env.ASSETS_DIR)
  process.stdout.write(`assets: ${added} new, ${removed} older than 30 days removed\n`)
}

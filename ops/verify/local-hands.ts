import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../deeds/run.ts'
import { ROOT } from '../launch/places.mjs'
import { type Hands, newestTo } from '../probes/hands.ts'
import type { Site } from '../probes/site.ts'

const WITH_DATABASE = 'ops/local/with-database.ts'
const TOOL_MS = 120_000

/** What there is to reach where `npm start` runs: its inbox, its logs, its database. */
export function localHands(
  site: Site,
  dataDir: string,
): Pick<Hands, 'letters' | 'logs' | 'tool' | 'metrics'> {
  return {
    tool: (words) =>
      run([process.execPath, WITH_DATABASE, process.execPath, ...words], { cwd: ROOT, timeoutMs: TOOL_MS }),
    letters: async (to) => {
      const answer = await site.ask('/dev/inbox.json')
      if (answer.status !== 200)
        throw new Error(`/dev/inbox.json answered ${answer.status}; it wants ENV=local`)
      return newestTo(to, JSON.parse(answer.text))
    },
    logs: () => readFile(join(dataDir, 'logs/server.log'), 'utf8'),
    metrics: async () => {
      const answer = await site.ask('/metrics')
      if (answer.status !== 200) throw new Error(`/metrics answered ${answer.status}`)
      return answer.text
    },
  }
}

import { createServer, type Server } from 'node:http'
import { isReachable } from '@latchkey/db/open'
import type { Deps } from './deps.ts'

/**
 * For whoever watches the worker from the same machine or container. A mail server that is away does not make it ill:
 * starting it again would not help.
 */
export function openHealth({ env, db, gate, smtp }: Deps, isWorking: () => boolean): Server | undefined {
  if (env.JOBS_HEALTH_PORT === undefined) return undefined
  const health = async () => {
    const db_ok = await isReachable(db)
    const mail_ok = smtp ? gate.isOpen() : null
    return { ok: db_ok && isWorking(), db_ok, mail_ok }
  }
  return createServer((req, res) => {
    if (req.url !== '/health') return res.writeHead(404).end()
    void health().then((body) =>
      res
        .writeHead(body.ok ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(JSON.stringify(body)),
    )
  }).listen(env.JOBS_HEALTH_PORT, '127.0.0.1')
}

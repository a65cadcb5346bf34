import { get } from 'node:http'
import type { Env } from '@latchkey/shared/env'
import { Advice } from '../launch/advice.mjs'
import type { Service } from './service.ts'
import { sleep } from './sleep.ts'

type Place = Pick<Env, 'SERVER_HOST' | 'SERVER_PORT' | 'PUBLIC_URL'>

/** Waits as long as it takes; `refuse` is asked in between and may throw. */
export async function waitUntilHealthy(place: Place, stop: AbortSignal, refuse = () => {}): Promise<void> {
  while (!(await isHealthy(place))) {
    stop.throwIfAborted()
    refuse()
    await sleep(50)
  }
}

const WITHIN_MS = 60_000
/** A process that dies this often before it was ever well will not be well the next time. */
const DEATHS = 3

export function givingUpOn({ deaths, log }: Service): () => void {
  const giveUpAt = Date.now() + WITHIN_MS
  return () => {
    if (deaths() < DEATHS && Date.now() < giveUpAt) return
    throw new Advice('The server does not come up.', `Next: see what it says in ${log.path}`)
  }
}

/** Asked by the name that people use, since requests for other names are turned away. */
function isHealthy({ SERVER_HOST, SERVER_PORT, PUBLIC_URL }: Place): Promise<boolean> {
  const host = EVERY[SERVER_HOST] ?? SERVER_HOST
  const headers = { host: new URL(PUBLIC_URL).host }
  return new Promise((resolve) => {
    const request = get(
      { host, port: SERVER_PORT, path: '/api/health', headers, timeout: 3000 },
      (response) => {
        response.resume()
        resolve(response.statusCode === 200)
      },
    )
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}

/** Addresses to listen on that nobody can call. */
const EVERY: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

import { once } from 'node:events'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { Redis as Client } from 'ioredis'
import type { Logger } from 'pino'
import type { Env } from '@latchkey/shared/env'

/** Redis counts, and nothing depends on it: whoever asks gets an answer within the time below, or hears that it is away. */
export type Redis = {
  client: Client
  /** Throws `RedisAway` where there is no answer in time, and from then on at once, until Redis is back. */
  inTime<T>(asked: () => Promise<T>): Promise<T>
  ping(): Promise<boolean>
  /** What is counted is counted elsewhere meanwhile. */
  isAway(): boolean
  close(): void
}

export class RedisAway extends Error {}

/** What a request may lose to a Redis that hangs; lost once, because the connection is given up then. */
const ANSWER_MS = 100
const RETRY_MOST_MS = 1000

/** How long a start waits for Redis, so that what is counted first is counted there. */
const BEGIN_MS = 1000

export async function openRedis(
  { REDIS_URL, RATE_LIMIT_REDIS_PREFIX }: Pick<Env, 'REDIS_URL' | 'RATE_LIMIT_REDIS_PREFIX'>,
  log: Logger,
  onChange: (isAway: boolean) => void = () => {},
): Promise<Redis | undefined> {
  if (!REDIS_URL) return undefined
  const client = new Client(REDIS_URL.reveal(), {
    keyPrefix: RATE_LIMIT_REDIS_PREFIX,
    commandTimeout: 10 * ANSWER_MS,
    connectTimeout: 1000,
    disconnectTimeout: ANSWER_MS,
    retryStrategy: (attempt) => Math.min(attempt * 100, RETRY_MOST_MS),
    // What could not be asked now is counted elsewhere, and must not be counted again later.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  })
  const watched = watch(client, log, onChange)
  await Promise.race([once(client, 'ready'), sleep(BEGIN_MS)]).catch(() => {})

  async function inTime<T>(asked: () => Promise<T>): Promise<T> {
    if (client.status !== 'ready') throw new RedisAway('Redis is away')
    const answered = new AbortController()
    const tooLate = sleep(ANSWER_MS, undefined, { signal: answered.signal })
      // An answer that is here already, and was kept waiting by our own work, is in time.
      .then(() => nextTurn(undefined, { signal: answered.signal }))
      .then(
        () => Promise.reject(new RedisAway('Redis did not answer in time')),
        () => new Promise<never>(() => {}),
      )
    try {
      return await Promise.race([asked(), tooLate])
    } catch (error) {
      if (client.status === 'ready') client.disconnect(true)
      throw new RedisAway('Redis did not answer', { cause: error })
    } finally {
      answered.abort()
    }
  }

  return {
    client,
    inTime,
    ping: () =>
      inTime(() => client.ping()).then(
        () => true,
        () => false,
      ),
    isAway: watched.isAway,
    close() {
      client.removeAllListeners('close')
      watched.end()
      client.disconnect()
    },
  }
}

/** One that takes no more, such as a full one, goes at each try and is back a moment later: that is no coming back. */
const BACK_AFTER_MS = 3000

/** An outage is two lines and two changes, not one a try. */
function watch(
  client: Client,
  log: Logger,
  onChange: (isAway: boolean) => void,
): { isAway(): boolean; end(): void } {
  let isAway = false
  let staying: NodeJS.Timeout | undefined
  const back = () => {
    log.info('Redis is back; what is counted is counted there again')
    onChange((isAway = false))
  }
  const away = (error?: Error) => {
    clearTimeout(staying)
    if (isAway) return
    log.warn({ err: error }, 'Redis is away; the database counts meanwhile')
    onChange((isAway = true))
  }
  client.on('ready', () => {
    if (isAway) staying = setTimeout(back, BACK_AFTER_MS).unref()
  })
  client.on('error', away)
  client.on('close', () => away())
  return { isAway: () => isAway, end: () => clearTimeout(staying) }
}

import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino'
import type { Env } from '@latchkey/shared/env'
import { currentRequestId } from './http/request-id.ts'

/** JSON lines on stdout; each knows the request that it was written in. */
export function openLog(
  env: Pick<Env, 'LOG_LEVEL'>,
  service: 'server' | 'primary',
  to?: DestinationStream,
): Logger {
  const options = {
    level: env.LOG_LEVEL,
    base: { service },
    timestamp: () => stdTimeFunctions.isoTime().replace('"time"', '"timestamp"'),
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: () => {
      const requestId = currentRequestId()
      return requestId ? { request_id: requestId } : {}
    },
  }
  return to ? pino(options, to) : pino(options)
}

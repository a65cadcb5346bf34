import type { DestinationStream, Logger } from 'pino'
import { type LogEnv, openLog as openProcessLog } from '@latchkey/db/log'
import { currentRequestId } from './http/request-id.ts'

/** Each line knows the request that it was written in. */
export function openLog(env: LogEnv, service: 'server' | 'primary', to?: DestinationStream): Logger {
  const mixin = () => {
    const requestId = currentRequestId()
    return requestId ? { request_id: requestId } : {}
  }
  return openProcessLog(env, { service, mixin, ...(to && { to }) })
}

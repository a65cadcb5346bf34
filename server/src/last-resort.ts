import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import type { Logger } from 'pino'
import { Secret } from '@latchkey/shared/secret'

type Going = { log: Logger; env: object; stop(): Promise<void>; exit(code: number): void }

/** What is under way may finish, but nothing holds up the end of a process that nobody understands any more. */
const PATIENCE_MS = 3000

/** For what nobody caught: say it once, without our secrets, let requests finish for a moment, and end. */
export function lastResort({ log, env, stop, exit }: Going): (thrown: unknown) => void {
  let isEnding = false
  return (thrown) => {
    log.fatal({ crash: withoutSecrets(env, inspect(thrown)) }, 'nobody caught this; the server ends')
    if (isEnding) return
    isEnding = true
    void Promise.race([stop(), sleep(PATIENCE_MS)])
      .catch(() => {})
      .finally(() => exit(1))
  }
}

function withoutSecrets(env: object, text: string): string {
  return secretsIn(env).reduce((told, secret) => told.replaceAll(secret, '[REDACTED]'), text)
}

const secretsIn = (value: object): string[] =>
  Object.values(value).flatMap((one: unknown) => {
    if (one instanceof Secret) return [one.reveal()]
    return typeof one === 'object' && one !== null ? secretsIn(one) : []
  })

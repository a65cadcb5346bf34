import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino'
import type { Env } from '@latchkey/shared/env'
import { errorFactsOf } from './error-facts.ts'
import { openRedactor, type RedactEnv } from './redact.ts'

export type LogEnv = Pick<Env, 'LOG_LEVEL'> & RedactEnv

type LogOptions = {
  service: 'server' | 'primary' | 'jobs'
  /** What each line knows of the moment that it was written in. */
  mixin?: () => Record<string, unknown>
  to?: DestinationStream
}

/** JSON lines on stdout. Every line of every process passes one redactor on its way out. */
export function openLog(env: LogEnv, { service, mixin = () => ({}), to }: LogOptions): Logger {
  const out = to ?? pino.destination(process.stdout.fd)
  const redact = openRedactor(env)
  const options = {
    level: env.LOG_LEVEL,
    base: { service },
    timestamp: () => stdTimeFunctions.isoTime().replace('"time"', '"timestamp"'),
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (thrown: unknown) => errorFactsOf(thrown) },
    mixin,
  }
  const sink = {
    write(line: string) {
      out.write(`${JSON.stringify(redact(JSON.parse(line) as Record<string, unknown>))}\n`)
    },
  }
  return pino(options, sink)
}

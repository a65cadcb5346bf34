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

/**
 * JSON lines on stdout. Every field of every line passes one redactor before it becomes text: those of the call, of the
 * moment and of a child, and the message.
 */
export function openLog(env: LogEnv, { service, mixin = () => ({}), to }: LogOptions): Logger {
  const { fields, text } = openRedactor(env)
  const told = (line: Fields): Fields =>
    fields('err' in line ? { ...line, err: errorFactsOf(line['err']) } : line)
  const options = {
    level: env.LOG_LEVEL,
    base: { service },
    timestamp: () => stdTimeFunctions.isoTime().replace('"time"', '"timestamp"'),
    formatters: { level: (label: string) => ({ level: label }), bindings: told, log: told },
    // By then an error is facts already; the library's own serializer would take it for an error.
    serializers: { msg: text, err: (facts: unknown) => facts },
    mixin,
  }
  return withChildren(pino(options, to ?? pino.destination(process.stdout.fd)), told)
}

/** What a child is born with is made text at once, and the library asks no formatter about it. */
function withChildren(log: Logger, told: (fields: Fields) => Fields): Logger {
  const bear: (...args: never[]) => unknown = log.child
  log.child = function (this: Logger, bindings: Fields, ...options: unknown[]) {
    return Reflect.apply(bear, this, [told(bindings), ...options]) as Logger
  } as never
  return log
}

type Fields = Record<string, unknown>

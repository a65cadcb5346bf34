import pg from 'pg'

/** What the log may keep of a failure: where it was and what it is called, not what it was about. */
export type ErrorFacts = {
  type: string
  message: string
  stack?: string
  cause?: ErrorFacts
  errors?: ErrorFacts[]
  [fact: string]: unknown
}

/** Names and codes. What else hangs on an error (a request, a row, a parameter, `detail`) stays there. */
const FACTS = ['code', 'syscall', 'severity', 'schema', 'table', 'column', 'constraint', 'routine'] as const
const DEEPEST = 5
const MOST_ERRORS = 10
const MOST_FRAMES = 20

export function errorFactsOf(thrown: unknown, depth = 0): ErrorFacts {
  if (!(thrown instanceof Error))
    return { type: typeof thrown, message: typeof thrown === 'string' ? thrown : 'not an error' }
  const deeper = (one: unknown) => errorFactsOf(one, depth + 1)
  const inner = depth < DEEPEST
  return {
    type: thrown.name,
    message: messageOf(thrown),
    ...namedFactsOf(thrown),
    ...framesOf(thrown),
    ...(inner && thrown.cause !== undefined && { cause: deeper(thrown.cause) }),
    ...(inner &&
      thrown instanceof AggregateError && { errors: thrown.errors.slice(0, MOST_ERRORS).map(deeper) }),
  }
}

function namedFactsOf(error: Error): Record<string, string | number> {
  const named = FACTS.flatMap((name) => {
    const value: unknown = name in error && error[name as keyof Error]
    return typeof value === 'string' || typeof value === 'number' ? [[name, value] as const] : []
  })
  return Object.fromEntries(named)
}

/** SQLSTATE 22: what Postgres complains about then is a value, and it quotes it. */
const messageOf = (error: Error): string =>
  error instanceof pg.DatabaseError && error.code?.startsWith('22')
    ? error.message.replaceAll(/"[^"]*"/g, '"…"')
    : error.message

/** Only where: the first lines of a stack repeat the message. */
function framesOf({ stack = '' }: Error): { stack?: string } {
  const frames = stack.split('\n').filter((line) => /^ {4}at /.test(line))
  return frames.length > 0 ? { stack: frames.slice(0, MOST_FRAMES).join('\n') } : {}
}

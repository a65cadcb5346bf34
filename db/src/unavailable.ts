import pg from 'pg'

/** Postgres could not be reached, is shutting down, or did not answer in time: worth a 503, and it will pass. */
export function isUnavailable(thrown: unknown): boolean {
  if (thrown instanceof AggregateError) return thrown.errors.some(isUnavailable)
  if (!(thrown instanceof Error)) return false
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
  if (thrown instanceof pg.DatabaseError) return SQL_STATES.some((state) => code.startsWith(state))
  return SOCKET_CODES.includes(code) || POOL_MESSAGES.some((message) => thrown.message.includes(message))
}

/**
 * 08 connection exception, 40001 and 40P01 two who waited for each other, 53 out of resources, 55P03 a lock that somebody kept, 57014 cancelled by timeout,
 * 57P.. shutting down or starting up.
 */
const SQL_STATES = ['08', '40001', '40P01', '53', '55P03', '57014', '57P']
const SOCKET_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]
/** The driver and its pool say these in words only. */
const POOL_MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Query read timeout',
  'Client has encountered a connection error',
  'client has already been released',
]

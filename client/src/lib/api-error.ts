import { isErrorCode, sentenceOf, statusOf, type ErrorCode, type FieldErrors } from '@latchkey/shared/errors'
import { TRPCClientError } from '@trpc/client'

/** What went wrong, ready to be shown. `fields` point at inputs; `message` is for all of them, or for none. */
export type Problem = {
  code: ErrorCode | 'UNREACHABLE'
  message: string
  fields: FieldErrors
  /** The message says something that the fields do not. */
  general: boolean
  /** Only where somebody might want to report it. */
  requestId: string | undefined
  /** What the server asked for; 0 where it asked for nothing. */
  retryAfterSeconds: number
}

/** A form's own sentence for a code, where the general one says too little. */
export type Words = Partial<Record<Problem['code'], string>>

/** An answer from something on the way, such as a proxy whose server is away. */
export class ForeignAnswer extends Error {
  override name = 'ForeignAnswer'
  readonly requestId: string | undefined

  constructor(response: Response) {
    super(`${response.status} without JSON`)
    this.requestId = response.headers.get('x-request-id') ?? undefined
  }
}

/** The only reader of error data. Codes decide, words are for people. */
export function problemOf(thrown: unknown, words: Words = {}, alias: Record<string, string> = {}): Problem {
  if (!isApiFailure(thrown)) return problem('INTERNAL', sentenceOf('INTERNAL'))
  const data: unknown = thrown.data
  const code = isRecord(data) ? data['code'] : undefined
  if (code === undefined) return unreachable(thrown.cause)

  const known = isErrorCode(code) ? code : 'INTERNAL'
  const { _: forAll, ...fields } = fieldsIn(data, alias)
  const message = forAll ?? words[known] ?? textAt(data, 'message') ?? sentenceOf(known)
  const retryAfterSeconds = retryAfterOf(thrown)
  return {
    ...problem(
      known,
      message + waitOf(retryAfterSeconds),
      isOurs(known) ? textAt(data, 'requestId') : undefined,
    ),
    fields,
    general: forAll !== undefined,
    retryAfterSeconds,
  }
}

/** The server, or the way to it, failed; that is no fault of the page. */
export const isApiFailure = (thrown: unknown): thrown is TRPCClientError<never> =>
  thrown instanceof TRPCClientError

export const codeOf = (thrown: unknown): Problem['code'] => problemOf(thrown).code

/** Worth another try without asking anybody: nothing was decided about the request itself. */
export const isPassing = (thrown: unknown): boolean =>
  ['UNREACHABLE', 'UNAVAILABLE', 'BUSY'].includes(codeOf(thrown))

const problem = (code: Problem['code'], message: string, requestId?: string): Problem => ({
  code,
  message,
  fields: {},
  general: true,
  requestId,
  retryAfterSeconds: 0,
})

function unreachable(cause: unknown): Problem {
  if (cause instanceof ForeignAnswer) return problem('UNREACHABLE', NOT_READY, cause.requestId)
  return problem('UNREACHABLE', navigator.onLine ? NO_ANSWER : OFFLINE)
}

const NOT_READY = 'The server is not ready to answer. Please try again in a moment.'
const NO_ANSWER = 'We cannot reach the server. Check your connection and try again.'
const OFFLINE = 'You seem to be offline. Check your connection and try again.'

const isOurs = (code: ErrorCode): boolean => statusOf(code) >= 500

/** Below that, "in a moment" is what it is. */
const WORTH_SAYING_SECONDS = 10

function waitOf(seconds: number): string {
  if (seconds < WORTH_SAYING_SECONDS) return ''
  return ` You can try again in ${seconds < 100 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}.`
}

function retryAfterOf(error: TRPCClientError<never>): number {
  const response = error.meta?.['response']
  return (response instanceof Response && Number(response.headers.get('retry-after'))) || 0
}

function fieldsIn(data: unknown, alias: Record<string, string>): FieldErrors {
  const fields = isRecord(data) ? data['fields'] : undefined
  if (!isRecord(fields)) return {}
  return Object.fromEntries(
    Object.entries(fields)
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .map(([field, sentence]) => [alias[field] ?? field, sentence]),
  )
}

function textAt(data: unknown, key: string): string | undefined {
  const value = isRecord(data) ? data[key] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

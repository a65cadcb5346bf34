import { TRPCError } from '@trpc/server'
import { ZodError } from 'zod'
import { isUnavailable } from '@latchkey/db/unavailable'
import {
  type ApiError,
  type ErrorCode,
  type FieldErrors,
  sentenceOf,
  statusOf,
} from '@latchkey/shared/errors'

type Details = { fields?: FieldErrors; retryAfterSeconds?: number }

/** Seconds after which it is worth trying again, for the codes that pass by themselves. */
const RETRY_AFTER_SECONDS: Partial<Record<ErrorCode, number>> = {
  BUSY: 2,
  UNAVAILABLE: 5,
  CAPTCHA_UNAVAILABLE: 60,
  RATE_LIMITED: 60,
}

/** What an act throws. Status and sentence stand in the table, never at the throw. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly fields: FieldErrors | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: ErrorCode, { fields, retryAfterSeconds = RETRY_AFTER_SECONDS[code] }: Details = {}) {
    super(sentenceOf(code))
    this.name = 'AppError'
    this.code = code
    this.fields = fields
    this.retryAfterSeconds = retryAfterSeconds
  }
}

type Told = Pick<ApiError, 'code' | 'message' | 'fields'>

/** The one translator: whatever was thrown, what its caller may know of it. */
export function toApiError(thrown: unknown): Told {
  const { code, fields } = appErrorOf(thrown)
  return { code, message: sentenceOf(code), ...(fields && { fields }) }
}

export const retryAfterOf = (thrown: unknown): number | undefined => appErrorOf(thrown).retryAfterSeconds

/** Ours to mend, so the log tells it whole. */
export const isOurFault = (code: ErrorCode): boolean => statusOf(code) >= 500 && code !== 'BUSY'

function appErrorOf(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  if (thrown instanceof TRPCError) return ofTrpc(thrown)
  if (isUnavailable(thrown)) return new AppError('UNAVAILABLE')
  return ofHttp(thrown)
}

/** A failed output is ours; only what tRPC blames on the input is the caller's. */
function ofTrpc(error: TRPCError): AppError {
  if (error.code === 'BAD_REQUEST')
    return error.cause instanceof ZodError
      ? new AppError('VALIDATION_FAILED', { fields: fieldsOf(error.cause) })
      : new AppError('MALFORMED_BODY')
  const code = TRPC_CODES[error.code]
  if (code) return new AppError(code)
  return error.cause && error.cause !== error ? appErrorOf(error.cause) : new AppError('INTERNAL')
}

const TRPC_CODES: Partial<Record<TRPCError['code'], ErrorCode>> = {
  PARSE_ERROR: 'MALFORMED_BODY',
  NOT_FOUND: 'NOT_FOUND',
  METHOD_NOT_SUPPORTED: 'METHOD_NOT_ALLOWED',
  PAYLOAD_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  UNSUPPORTED_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
}

/** Express and its body parser mark what they refuse with a status. */
function ofHttp(thrown: unknown): AppError {
  const status =
    typeof thrown === 'object' && thrown !== null && 'status' in thrown ? thrown.status : undefined
  return new AppError((typeof status === 'number' && HTTP_CODES[status]) || 'INTERNAL')
}

const HTTP_CODES: Record<number, ErrorCode> = {
  400: 'MALFORMED_BODY',
  404: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
}

/** One sentence a field; what points at no field goes under `_`. */
function fieldsOf(error: ZodError): FieldErrors {
  const fields: FieldErrors = Object.create(null) as FieldErrors
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') fields['_'] ??= 'This holds fields that we do not know.'
    else fields[String(issue.path[0] ?? '_')] ??= issue.message
  }
  return fields
}

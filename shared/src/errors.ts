/** Every error the product speaks: its HTTP status and its sentence. docs/ERRORS.md explains each. */
export const ERRORS = {
  MALFORMED_BODY: [400, 'The request could not be read.'],
  TOKEN_INVALID: [400, 'This link or code is no longer valid. Ask for a new one.'],
  PASSWORD_NEEDED: [400, 'Tell us the password that was chosen at registration, or choose one now.'],
  UNAUTHENTICATED: [401, 'Please sign in to continue.'],
  INVALID_CREDENTIALS: [401, 'The email address or password is not right.'],
  FORBIDDEN: [403, 'You are not allowed to do this.'],
  CSRF_FAILED: [403, 'This page has been open too long. Reload it and try again.'],
  STEP_UP_REQUIRED: [403, 'Please show once more that it is you, and try again.'],
  CAPTCHA_REQUIRED: [403, 'Please show first that you are not a robot, and try again.'],
  NOT_FOUND: [404, 'There is nothing here.'],
  METHOD_NOT_ALLOWED: [405, 'This address does not answer that method.'],
  ADDRESS_TAKEN: [409, 'This address has another account by now.'],
  PAYLOAD_TOO_LARGE: [413, 'That is more data than we accept at once.'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'Send this as application/json.'],
  MISDIRECTED: [421, 'This server does not answer for that host name.'],
  VALIDATION_FAILED: [422, 'Some fields need another look.'],
  HEADERS_TOO_LARGE: [431, 'The headers of this request are too large.'],
  RATE_LIMITED: [429, 'That was too often. Please wait a moment and try again.'],
  INTERNAL: [500, 'Something went wrong on our side. Please try again.'],
  BUSY: [503, 'We are very busy right now. Please try again in a moment.'],
  CAPTCHA_UNAVAILABLE: [
    503,
    'We cannot tell people from robots right now. Please try again in a few minutes.',
  ],
  UNAVAILABLE: [503, 'We cannot reach our database right now. Please try again in a moment.'],
} as const satisfies Record<string, readonly [status: number, sentence: string]>

export type ErrorCode = keyof typeof ERRORS
export type FieldErrors = Record<string, string>

/** What a caller may know of a failure, the same through both doors. `_` in `fields` belongs to no field. */
export type ApiError = {
  code: ErrorCode
  message: string
  fields?: FieldErrors
  requestId: string
}

export const statusOf = (code: ErrorCode): number => ERRORS[code][0]
export const sentenceOf = (code: ErrorCode): string => ERRORS[code][1]
export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(ERRORS, value)

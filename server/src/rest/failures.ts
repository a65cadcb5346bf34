import type { ZodOpenApiHeadersObject, ZodOpenApiResponseObject } from 'zod-openapi'
import { type ErrorCode, ERRORS } from '@latchkey/shared/errors'
import { BODY_BYTES, JSON_DEPTH } from '@latchkey/shared/limits'
import { apiErrorBody } from '@latchkey/shared/schemas/error-body'

export const HEADERS = {
  RequestId: {
    description: 'The same id as in the log; quote it when something went wrong.',
    schema: { type: 'string' },
  },
  RetryAfter: { description: 'Seconds after which it is worth trying again.', schema: { type: 'integer' } },
} satisfies ZodOpenApiHeadersObject

const PASSES_BY_ITSELF = [429, 503]
export const headersOf = (status: number): ZodOpenApiHeadersObject => ({
  'X-Request-Id': { $ref: '#/components/headers/RequestId' },
  ...(PASSES_BY_ITSELF.includes(status) && { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }),
})

/** How the document names and explains each status that is an error. Its codes come from the one table. */
const FAILURES: Record<number, [name: string, reason: string]> = {
  400: ['Malformed', `The request could not be read, or its JSON nests deeper than ${JSON_DEPTH}.`],
  401: ['Unauthenticated', 'Nobody is signed in, or the credentials are not right.'],
  403: ['Forbidden', 'The CSRF token is missing or wrong, or this person may not do it.'],
  404: ['NotFound', 'There is no such thing, or it is not yours.'],
  409: ['Taken', 'What it is about belongs to somebody else by now.'],
  413: ['TooLarge', `The body is larger than ${BODY_BYTES / 1024} KiB.`],
  415: ['WrongMediaType', 'The body is not plain application/json.'],
  421: ['WrongHost', 'The Host header names a server that is not this one.'],
  422: ['Invalid', 'Some fields are not valid; `fields` has a sentence for each.'],
  429: ['TooOften', 'This address, or this person, has asked too often.'],
  431: ['HeadersTooLarge', 'The headers are too large, cookies included.'],
  500: ['Failed', 'Something is wrong on our side; the log has it under the request id.'],
  503: ['Unavailable', 'Busy or out of order for the moment.'],
}

/** The same everywhere, so it is written once and referred to by its name. */
export function failureOf(status: number): ZodOpenApiResponseObject {
  return (RESPONSES[status] ??= make(status))
}

const RESPONSES: Record<number, ZodOpenApiResponseObject> = {}

function make(status: number): ZodOpenApiResponseObject {
  const [id, reason] = FAILURES[status] ?? []
  if (!id) throw new Error(`failures.ts has no words for status ${status}`)
  return {
    id,
    description: `${reason} ${codesOf(status)
      .map((code) => `\`${code}\``)
      .join(', ')}`,
    headers: headersOf(status),
    content: { 'application/json': { schema: apiErrorBody } },
  }
}

const codesOf = (status: number): ErrorCode[] =>
  (Object.keys(ERRORS) as ErrorCode[]).filter((code) => ERRORS[code][0] === status)

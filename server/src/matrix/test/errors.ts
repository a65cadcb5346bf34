import { expect } from 'vitest'
import { sentenceOf } from '@latchkey/shared/errors'
import { apiErrorBody } from '@latchkey/shared/schemas/error-body'
import type { Answer } from '../../test/browser.ts'

/** A stack, a statement, a path, a name of a part: what an error is full of, and nobody outside may read. */
const INNARDS =
  /\bat .+:\d+:\d+|node_modules|file:\/\/|\/(tmp|home|root|usr|server\/src)\/|\b(select|insert|update|delete) .+\b(from|into|set)\b|\b(pg|postgres|kysely|lucia|zod|trpc|express|argon2|pino)\b|\b\w*Error\b:|\brelation "|ECONN|\bv?\d+\.\d+\.\d+\b/i

type InTrpc = { error: { message: string; code: number; data: { httpStatus: number; code: never } & object } }

/** The one shape of its door, the sentence of the table, and nothing of the inside. */
export function expectPlainError({ status, body, text, headers }: Answer): void {
  const isTrpc = typeof body === 'object' && body !== null && 'error' in body
  const told = isTrpc ? fromTrpc(body as InTrpc, status) : body
  const error = apiErrorBody.parse(told)
  expect([error.message, error.detail]).toEqual([sentenceOf(error.code), sentenceOf(error.code)])
  expect(error.requestId).toBe(headers.get('x-request-id'))
  expect(text.replaceAll(error.requestId, '')).not.toMatch(INNARDS)
}

function fromTrpc({ error }: InTrpc, status: number): object {
  const { httpStatus, ...told } = error.data
  expect(Object.keys(error).sort()).toEqual(['code', 'data', 'message'])
  expect(httpStatus).toBe(status)
  return { ...told, detail: error.message }
}

import { isErrorCode, statusOf } from '@latchkey/shared/errors'
import { apiErrorBody } from '@latchkey/shared/schemas/error-body'
import { type Case, isWhole } from './case.ts'
import type { Heard, Reply } from './wire.ts'

/** What is wrong with what came back, or undefined. */
export function faultOf(one: Case, { heard, rest }: Reply): string | undefined {
  if (rest !== '') return `the answer is no HTTP: ${rest.slice(0, 80)}`
  if (heard.length === 0 && isWhole(one)) return 'no answer'
  for (const answer of heard) {
    const fault = faultIn(one, answer)
    if (fault) return fault
  }
  return undefined
}

function faultIn(one: Case, { status, headers, body }: Heard): string | undefined {
  if (status >= 500 && !(status === 503 && headers.has('retry-after') && body.includes('"BUSY"')))
    return `status ${status}: ${body.slice(0, 200)}`
  if (!headers.has('x-request-id')) return `status ${status} without X-Request-Id`
  if (status < 400) return undefined
  if (one.method === 'HEAD' || /^head/i.test(one.raw ?? '')) return undefined
  const told = parsed(body)
  if (told === undefined) return `status ${status}, and no JSON: ${body.slice(0, 80)}`
  return (Array.isArray(told) ? told : [told])
    .map((error: unknown) => faultInError(error, { status, id: headers.get('x-request-id') }))
    .find((fault) => fault !== undefined)
}

function faultInError(
  told: unknown,
  { status, id }: { status: number; id: string | undefined },
): string | undefined {
  const { error } = told as { error?: { data?: object & { httpStatus?: number } } }
  const { httpStatus, ...data } = error?.data ?? {}
  const shape = error ? apiErrorBody.omit({ detail: true }) : apiErrorBody
  const judged = shape.safeParse(error ? data : told)
  if (!judged.success) return `not in the shape of an error: ${JSON.stringify(told).slice(0, 200)}`
  const { code, requestId } = judged.data
  if (requestId !== id) return `the body has another request id than the header`
  if (!isErrorCode(code) || statusOf(code) !== (httpStatus ?? status)) return `${code} is not ${status}`
  return undefined
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return undefined
  }
}

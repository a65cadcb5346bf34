import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { z } from 'zod'
import { type Json, resolve } from '@latchkey/shared/contract/document'

/** The promise as it is written. */
export const contract = parse(
  readFileSync(fileURLToPath(import.meta.resolve('@latchkey/shared/contract/openapi.yaml')), 'utf8'),
) as Json

type Response = { content?: Record<string, { schema: Json }>; headers?: Json }
type Operation = {
  requestBody?: { content: Record<string, { schema: Json }> }
  responses: Record<string, Json>
}

export const promisedPaths = Object.keys(contract['paths'] as Json)

function promisedOperation(method: string, path: string): Operation {
  const item = resolve(contract, (contract['paths'] as Json)[path] ?? {})
  const operation = item[method.toLowerCase()]
  if (!operation) throw new Error(`the contract has no ${method.toUpperCase()} ${path}`)
  return operation as Operation
}

/** Says what is wrong with an answer that the contract does not promise; nothing when it does. */
export function broken(
  method: string,
  path: string,
  answer: { status: number; headers: Headers; body: unknown },
): string | undefined {
  const told = promisedOperation(method, path).responses[answer.status]
  if (!told) return `status ${answer.status} is not promised`
  const { content, headers = {} } = resolve(contract, told) as Response
  const missing = Object.keys(headers).filter((name) => !answer.headers.has(name))
  if (missing.length > 0) return `without the header ${missing.join(', ')}`
  const [type = '', media] = Object.entries(content ?? {})[0] ?? []
  if (!answer.headers.get('content-type')?.startsWith(type)) return `not ${type}`
  const parsed = validatorOf(media?.schema ?? {}).safeParse(answer.body)
  return parsed.success ? undefined : z.prettifyError(parsed.error)
}

/** The contract's own words as a check. Its components come along, since it refers to them. */
export function validatorOf(schema: Json): z.ZodType {
  const { schemas } = contract['components'] as { schemas: Json }
  const local = JSON.stringify({ ...schema, $defs: schemas }).replaceAll('#/components/schemas/', '#/$defs/')
  return z.fromJSONSchema(JSON.parse(local) as Parameters<typeof z.fromJSONSchema>[0])
}

import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiOverride,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi'
import { BRAND, cookieName } from '@latchkey/shared/brand'
import type { Env } from '@latchkey/shared/env'
import { done } from '@latchkey/shared/schemas/atoms'
import { type Declared, proceduresOf } from '../procedures.ts'
import { appRouter } from '../router.ts'
import { VERSION } from '../version.ts'
import { failureOf, HEADERS } from './failures.ts'
import { ROWS, type Row } from './rows.ts'

/** The runtime document, from the same rows and schemas that answer. */
export function openApiDocument({ COOKIE_SECURE }: Pick<Env, 'COOKIE_SECURE'>): object {
  return createDocument(
    {
      openapi: '3.1.1',
      info: { title: `${BRAND.name} API`, version: VERSION, description: ABOUT },
      paths: pathsOf(ROWS),
      components: {
        schemas: { Done: done },
        headers: HEADERS,
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: cookieName('session', COOKIE_SECURE) },
          csrf: { type: 'apiKey', in: 'header', name: 'X-CSRF-Token' },
        },
      },
    },
    { override: plainly },
  )
}

const ABOUT =
  'JSON in and out. Reads are open or want a session cookie; every write wants a CSRF token as well. ' +
  'An error is always the same object, and callers tell errors apart by `code`.'

/** A format says what zod's pattern for it says, and a person can read it. */
const plainly: ZodOpenApiOverride = ({ jsonSchema }) => {
  if (jsonSchema.format) delete jsonSchema.pattern
  delete jsonSchema.propertyNames
}

function pathsOf(rows: readonly Row[]): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const row of rows)
    for (const [index, path] of [row.path, ...row.also].entries())
      (paths[path] ??= {})[row.method] = operationOf(row, index)
  return paths
}

const PROCEDURES = proceduresOf(appRouter)

function operationOf(row: Row, index: number): ZodOpenApiOperationObject {
  const procedure = PROCEDURES.get(row.procedure) as Declared
  const { summary, description, example } = row
  const security = {
    ...(wantsSession(procedure) && { session: [] }),
    ...(procedure.type === 'mutation' && { csrf: [] }),
  }
  return {
    operationId: index === 0 ? row.procedure : `${row.procedure}.alias${index}`,
    tags: [row.procedure.split('.')[0] ?? ''],
    summary,
    ...(description && { description }),
    ...(index > 0 && { 'x-alias-of': row.path }),
    ...(procedure.input &&
      row.method !== 'get' && {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: procedure.input, ...(example && { example }) } },
        },
      }),
    ...(Object.keys(security).length > 0 && { security: [security] }),
    responses: Object.fromEntries(
      statusesOf(row, procedure).map((status) => [
        String(status),
        isOwnAnswer(row, status) ? answerOf(procedure, status) : failureOf(status),
      ]),
    ),
  }
}

const wantsSession = ({ meta }: Declared): boolean => meta?.caller !== 'anyone'

/** Any request may be broken, lost or early; any write may come from elsewhere or carry the wrong thing. */
const ANY_MAY = [400, 421, 431, 500, 503]
const WRITES_MAY = [403, 413, 415, 422]

function statusesOf(row: Row, procedure: Declared): number[] {
  const may = [
    ...(typeof row.status === 'number' ? [row.status] : []),
    ...row.says,
    ...ANY_MAY,
    ...(procedure.type === 'mutation' ? WRITES_MAY : []),
    ...(procedure.input ? [422] : []),
    ...(wantsSession(procedure) ? [401] : []),
    ...(wantsSession(procedure) && procedure.meta?.caller !== 'signedIn' ? [403] : []),
  ]
  return [...new Set(may)].sort((a, b) => a - b)
}

/** Health speaks its own schema whatever its status. */
const isOwnAnswer = (row: Row, status: number): boolean =>
  status < 300 || (typeof row.status === 'function' && row.says.includes(status))

const answerOf = ({ output }: Declared, status: number): ZodOpenApiResponseObject => ({
  description: DESCRIPTIONS[status] ?? 'OK',
  headers: {
    'X-Request-Id': { $ref: '#/components/headers/RequestId' },
    ...(status === 503 && { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }),
  },
  ...(output && { content: { 'application/json': { schema: output } } }),
})

const DESCRIPTIONS: Record<number, string> = {
  202: 'Taken; what comes next is in the mail.',
  503: 'The service does not work for the moment.',
}

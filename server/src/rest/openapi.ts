import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiOverride,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi'
import type { ZodObject, ZodType } from 'zod'
import { BRAND, cookieName } from '@latchkey/shared/brand'
import type { Env } from '@latchkey/shared/env'
import { done } from '@latchkey/shared/schemas/atoms'
import { type Declared, proceduresOf } from '../procedures.ts'
import { appRouter } from '../router.ts'
import { VERSION } from '../version.ts'
import { failureOf, HEADERS, headersOf } from './failures.ts'
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

/** Without what zod adds for itself: patterns that a format already says, and the bounds of what a number can hold. */
const plainly: ZodOpenApiOverride = ({ jsonSchema }) => {
  if (jsonSchema.format) delete jsonSchema.pattern
  delete jsonSchema.propertyNames
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
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
  const { summary, description } = row
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
    ...(procedure.input && takes(procedure.input, row)),
    ...(Object.keys(security).length > 0 && { security: [security] }),
    responses: Object.fromEntries(
      statusesOf(row, procedure).map((status) => [
        String(status),
        isOwnAnswer(row, status) ? answerOf(procedure, status) : failureOf(status),
      ]),
    ),
  }
}

/** As `mount.ts` takes it: a read from the query, a write from the body. */
const takes = (input: ZodType, { method, example }: Row): Partial<ZodOpenApiOperationObject> =>
  method === 'get'
    ? { requestParams: { query: input as ZodObject } }
    : {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: input, ...(example && { example }) } },
        },
      }

const wantsSession = ({ meta }: Declared): boolean => meta?.caller !== 'anyone'

/** Any request may be broken, lost, too much or early; any write may come from elsewhere or carry the wrong thing. */
const ANY_MAY = [400, 421, 429, 431, 500, 503]
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
  headers: headersOf(status),
  ...(output && { content: { 'application/json': { schema: output } } }),
})

const DESCRIPTIONS: Record<number, string> = {
  202: 'Taken; what comes next is in the mail.',
  503: 'The service does not work for the moment.',
}

import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import { BRAND } from '@latchkey/shared/brand'
import { apiErrorBody } from '@latchkey/shared/schemas/errors'
import { type Declared, proceduresOf } from '../procedures.ts'
import { appRouter } from '../router.ts'
import { VERSION } from '../version.ts'
import { ROWS, type Row } from './rows.ts'

/** The runtime document, from the same rows and schemas that answer. */
export function openApiDocument(): object {
  return createDocument({
    openapi: '3.1.1',
    info: { title: `${BRAND.name} API`, version: VERSION },
    paths: pathsOf(ROWS),
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: `${BRAND.slug}_session` },
        csrf: { type: 'apiKey', in: 'header', name: 'X-CSRF-Token' },
      },
    },
  })
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
  const { input, output, meta, type } = PROCEDURES.get(row.procedure) as Declared
  const security = {
    ...(meta?.caller !== 'anyone' && { session: [] }),
    ...(type === 'mutation' && { csrf: [] }),
  }
  return {
    operationId: index === 0 ? row.procedure : `${row.procedure}.alias${index}`,
    tags: [row.procedure.split('.')[0] ?? ''],
    ...(index > 0 && { deprecated: false, description: `The same as ${row.method.toUpperCase()} ${row.path}.` }),
    ...(input && row.method !== 'get' && { requestBody: { required: true, content: { 'application/json': { schema: input } } } }),
    ...(Object.keys(security).length > 0 && { security: [security] }),
    responses: Object.fromEntries(
      row.says.map((status) => [
        String(status),
        {
          description: DESCRIPTIONS[status] ?? 'An error.',
          content: { 'application/json': { schema: isOwnAnswer(row, status) && output ? output : apiErrorBody } },
        },
      ]),
    ),
  }
}

/** Health speaks its own schema whatever its status. */
const isOwnAnswer = (row: Row, status: number): boolean => status < 300 || typeof row.status === 'function'

const DESCRIPTIONS: Record<number, string> = {
  200: 'Done.',
  202: 'Taken; what comes next is in the mail.',
  401: 'Not signed in, or the credentials are not right.',
  403: 'Not allowed, or the CSRF token is missing or wrong.',
  422: 'Some fields are not valid; `fields` says which.',
  503: 'Busy or unavailable for the moment; `Retry-After` says when to try again.',
}

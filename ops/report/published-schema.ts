import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { reportSchema } from './schema.ts'

export const SCHEMA_FILE = fileURLToPath(new URL('post-deploy-report.schema.json', import.meta.url))

/** As JSON Schema 2020-12, for whoever reads reports with something else than this repository. */
export const publishedSchema = (): string =>
  `${JSON.stringify(z.toJSONSchema(reportSchema, { target: 'draft-2020-12' }), null, 2)}\n`

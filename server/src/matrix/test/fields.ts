import { z } from 'zod'
import type { ProcedureName } from '../../rest/rows.ts'
import { type Json, resolve } from '@latchkey/shared/contract/document'
import { procedures } from './doors.ts'

/** What an input may hold, by name, from its own schema. */
export function fieldsOf(name: ProcedureName): [field: string, schema: Json][] {
  const input = procedures.get(name)?.input
  if (!input) return []
  const document = z.toJSONSchema(input, { io: 'input' }) as Json
  const { properties = {} } = resolve(document, document)
  return Object.entries(properties as Json).map(([field, schema]) => [field, resolve(document, schema)])
}

import { z } from 'zod'
import { id, instant } from './atoms.ts'

export const pingOutput = z.strictObject({ id })
export const pingInput = z.strictObject({ id })
export const pingResult = z.strictObject({
  state: z.enum(['waiting', 'done', 'failed', 'unknown']),
  doneAt: instant.nullable(),
})

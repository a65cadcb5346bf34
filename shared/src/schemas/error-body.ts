import { z } from 'zod'
import { type ErrorCode, ERRORS } from '../errors.ts'

const codes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]

/** What every REST error says. */
export const apiErrorBody = z
  .strictObject({
    detail: z.string(),
    code: z.enum(codes),
    message: z.string(),
    fields: z.record(z.string(), z.string()).optional(),
    requestId: z.string(),
  })
  .meta({ id: 'Error' })

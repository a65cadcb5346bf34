import type { RequestHandler } from 'express'
import { QUERY_BYTES } from '@latchkey/shared/limits'
import { AppError } from '../errors.ts'

/** A query is a short list of names, each once. Brackets would mean lists and objects to the next one who reads it. */
export const plainQuery: RequestHandler = (req, _res, next) => {
  const isPlain =
    lengthOf(req.originalUrl) <= QUERY_BYTES &&
    Object.entries(req.query).every(([name, value]) => typeof value === 'string' && !/[[\]]/.test(name))
  next(isPlain ? undefined : new AppError('MALFORMED_BODY'))
}

const lengthOf = (url: string): number => (url.includes('?') ? url.length - url.indexOf('?') - 1 : 0)

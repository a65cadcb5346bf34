import type { RequestHandler } from 'express'
import { AppError } from '../errors.ts'
import { isForwarded } from './forwarded.ts'

/** For the network that the server stands in: what came through a proxy came from outside. */
export const onlyInside: RequestHandler = (req, _res, next) => {
  next(isForwarded(req) ? new AppError('NOT_FOUND') : undefined)
}

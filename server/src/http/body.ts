import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingHttpHeaders } from 'node:http'
import type { RequestHandler } from 'express'
import { BODY_BYTES } from '@latchkey/shared/limits'
import { AppError } from '../errors.ts'
import { isSoundJson } from './sound-json.ts'

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** Writes speak JSON and nothing else; what does not is refused before a byte of it is read. */
const onlyJson: RequestHandler = (req, _res, next) => {
  if (!WRITES.has(req.method)) return next()
  if (isCompressed(req.headers)) return next(new AppError('UNSUPPORTED_MEDIA_TYPE'))
  if (req.is('application/json') && isUtf8(req.headers['content-type'])) return next()
  if (hasBody(req.headers)) return next(new AppError('UNSUPPORTED_MEDIA_TYPE'))
  // No body at all counts as `{}`, through both doors.
  req.headers['content-type'] = 'application/json'
  req.body = {}
  next()
}

/** JSON is UTF-8; in another charset the brackets that are counted are not the ones that are parsed. */
const isUtf8 = (type = ''): boolean => /^utf-?8$/i.test(/charset="?([^";\s]*)/i.exec(type)?.[1] ?? 'utf-8')

const isCompressed = (headers: IncomingHttpHeaders): boolean =>
  (headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity'

const hasBody = (headers: IncomingHttpHeaders): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/**
 * Read here and not by Express's own parser, which takes in all of what is too large before it says so. What follows
 * is bound to this request: a chunk arrives outside of it, and the log would not know whose it is.
 */
const readJson: RequestHandler = (req, _res, next) => {
  if (!WRITES.has(req.method) || req.body !== undefined) return next()
  const proceed = AsyncLocalStorage.bind(next)
  if (Number(req.headers['content-length']) > BODY_BYTES) return proceed(new AppError('PAYLOAD_TOO_LARGE'))
  const chunks: Buffer[] = []
  let received = 0
  req.on('data', take).once('end', finish)

  function take(chunk: Buffer): void {
    received += chunk.length
    if (received <= BODY_BYTES) return void chunks.push(chunk)
    req.off('data', take).off('end', finish).resume()
    proceed(new AppError('PAYLOAD_TOO_LARGE'))
  }
  function finish(): void {
    req.body = parse(Buffer.concat(chunks))
    proceed(req.body === undefined ? new AppError('MALFORMED_BODY') : undefined)
  }
}

/** Bytes that are no UTF-8 are refused, not replaced. */
const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** Undefined is what is no JSON, or not sound; a bare word or number is nothing that anybody here takes. */
function parse(json: Buffer): unknown {
  if (json.length === 0) return {}
  if (!isSoundJson(json)) return undefined
  try {
    const parsed: unknown = JSON.parse(UTF8.decode(json))
    return typeof parsed === 'object' ? (parsed ?? undefined) : undefined
  } catch {
    return undefined
  }
}

export const jsonBody: RequestHandler[] = [onlyJson, readJson]

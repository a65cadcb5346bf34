import express, { type RequestHandler } from 'express'
import { BODY_BYTES, JSON_DEPTH } from '@latchkey/shared/limits'
import { AppError } from '../errors.ts'

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** Writes speak JSON and nothing else; what does not is refused before a byte of it is read. */
const onlyJson: RequestHandler = (req, _res, next) => {
  if (!WRITES.has(req.method) || (req.is('application/json') && isUtf8(req.headers['content-type'])))
    return next()
  if (hasBody(req.headers)) return next(new AppError('UNSUPPORTED_MEDIA_TYPE'))
  // No body at all counts as `{}`, through both doors.
  req.headers['content-type'] = 'application/json'
  req.body = {}
  next()
}

/** JSON is UTF-8; in another charset the brackets that are counted are not the ones that are parsed. */
const isUtf8 = (type = ''): boolean => /^utf-?8$/i.test(/charset="?([^";\s]*)/i.exec(type)?.[1] ?? 'utf-8')

const hasBody = (headers: Record<string, string | string[] | undefined>): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

const parseJson = express.json({
  limit: BODY_BYTES,
  inflate: false,
  verify: (_req, _res, bytes) => {
    if (depthOf(bytes) > JSON_DEPTH) throw new AppError('MALFORMED_BODY')
  },
})

/** A read has no body, whatever came with it. */
const parseWrites: RequestHandler = (req, res, next) =>
  WRITES.has(req.method) ? parseJson(req, res, next) : next()

export const jsonBody: RequestHandler[] = [onlyJson, parseWrites]

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENS = new Set([0x5b, 0x7b])
const CLOSES = new Set([0x5d, 0x7d])

/** How deep brackets nest outside of strings, counted before anything recursive sees them. */
export function depthOf(json: Uint8Array): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0
    if (inString) {
      if (byte === BACKSLASH) at += 1
      else if (byte === QUOTE) inString = false
    } else if (byte === QUOTE) inString = true
    else if (OPENS.has(byte)) deepest = Math.max(deepest, (depth += 1))
    else if (CLOSES.has(byte)) depth -= 1
  }
  return deepest
}

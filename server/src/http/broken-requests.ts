import { randomUUID } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { type ErrorCode, sentenceOf, statusOf } from '@latchkey/shared/errors'

/** What Node could not read as HTTP never becomes a request; it is answered here, in the same shape. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const code: ErrorCode = error.code === 'HPE_HEADER_OVERFLOW' ? 'HEADERS_TOO_LARGE' : 'MALFORMED_BODY'
  const requestId = randomUUID()
  const message = sentenceOf(code)
  const body = JSON.stringify({ detail: message, code, message, requestId })
  socket.end(
    [
      `HTTP/1.1 ${statusOf(code)} ${code}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${requestId}`,
      'X-Content-Type-Options: nosniff',
      "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'; sandbox",
      'X-Frame-Options: DENY',
      'Cache-Control: no-store',
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}

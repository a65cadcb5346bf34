import { parseCookie } from 'cookie'
import type { Request } from 'express'

/** Every cookie of the request by name. A malformed escape in one of them is that one's own trouble. */
export function cookiesOf(req: Pick<Request, 'headers'>): Record<string, string | undefined> {
  return parseCookie(req.headers.cookie ?? '')
}

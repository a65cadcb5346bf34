import { type RequestHandler, Router } from 'express'
import { type KeptMail, listKeptMail } from '@latchkey/db/outbox'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { isForwarded } from '../http/forwarded.ts'
import { inboxPage } from './inbox-page.ts'

const SHOWN = 100
const PATHS = ['/dev/inbox', '/dev/inbox.json']

/** The mail that a local run would have sent. Only with ENV=local, and only to this machine. */
export function inboxDoor({ env, db, box }: Pick<Deps, 'env' | 'db' | 'box'>): Router {
  const door = Router({ caseSensitive: true, strict: true })
  if (env.ENV !== 'local') return door

  door.all(PATHS, onlyThisMachine, (_req, res, next) => {
    res.set('Cache-Control', 'no-store')
    next()
  })
  door.get('/dev/inbox.json', async (_req, res) => {
    res.json((await listKeptMail(db, box, SHOWN)).map(toJson))
  })
  door.get('/dev/inbox', async (_req, res) => {
    const mails = await listKeptMail(db, box, SHOWN)
    res.set('Content-Security-Policy', PAGE_CSP).type('html').send(inboxPage(mails, new Date()))
  })
  door.all(PATHS, (_req, res) => {
    res.set('Allow', 'GET, HEAD')
    throw new AppError('METHOD_NOT_ALLOWED')
  })
  return door
}

/**
 * Nothing runs, nothing is fetched from elsewhere, nothing is sent. Styles may be inline because letters carry
 * theirs so, and the frames that show them inherit this policy.
 */
const PAGE_CSP = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const THIS_MACHINE = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

/** A tunnel or proxy on this machine calls from here too. */
const onlyThisMachine: RequestHandler = (req, _res, next) => {
  const near = THIS_MACHINE.has(req.socket.remoteAddress ?? '')
  next(near && !isForwarded(req) ? undefined : new AppError('NOT_FOUND'))
}

const toJson = (mail: KeptMail) => ({
  id: mail.id,
  to: mail.to,
  subject: mail.subject,
  text: mail.text,
  html: mail.html,
  createdAt: mail.createdAt.toISOString(),
  sentAt: mail.sentAt?.toISOString() ?? null,
})

import { type RequestHandler, Router } from 'express'
import { type KeptMail, listKeptMail } from '@latchkey/db/outbox'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { inboxPage } from './inbox-page.ts'

const SHOWN = 100

/** The mail that a local run would have sent. Only with ENV=local, and only to this machine. */
export function inboxDoor({ env, db, box }: Pick<Deps, 'env' | 'db' | 'box'>): Router {
  const door = Router({ caseSensitive: true, strict: true })
  if (env.ENV !== 'local') return door

  door.use('/dev/inbox', onlyThisMachine)
  door.use('/dev/inbox.json', onlyThisMachine)
  door.get('/dev/inbox.json', async (_req, res) => {
    res.set('Cache-Control', 'no-store').json((await listKeptMail(db, box, SHOWN)).map(toJson))
  })
  door.get('/dev/inbox', async (_req, res) => {
    const mails = await listKeptMail(db, box, SHOWN)
    // Letters carry their styles inline, as mail must.
    res.set({ 'Content-Security-Policy': PAGE_CSP, 'Cache-Control': 'no-store' }).type('html').send(inboxPage(mails))
  })
  return door
}

const PAGE_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
const THIS_MACHINE = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

const onlyThisMachine: RequestHandler = (req, _res, next) =>
  THIS_MACHINE.has(req.socket.remoteAddress ?? '') ? next() : next(new AppError('NOT_FOUND'))

const toJson = (mail: KeptMail) => ({
  id: mail.id,
  to: mail.to,
  subject: mail.subject,
  text: mail.text,
  html: mail.html,
  createdAt: mail.createdAt.toISOString(),
  sentAt: mail.sentAt?.toISOString() ?? null,
})

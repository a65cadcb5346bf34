import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type RequestHandler, Router } from 'express'
import { type KeptMail, listKeptMail } from '@latchkey/db/outbox'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { isForwarded } from '../http/forwarded.ts'
import { inboxPage } from './inbox-page.ts'
import { listMailStates } from './inbox.queries.ts'

const SHOWN = 100
const PATHS = ['/dev/inbox', '/dev/inbox.js', '/dev/inbox.json']

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
  door.get('/dev/inbox.js', (_req, res) => void res.type('js').send(SCRIPT))
  door.get('/dev/inbox', async (req, res) => {
    const now = new Date()
    const tag = tagOf(await listMailStates(db, SHOWN), now)
    res.set({ 'Content-Security-Policy': PAGE_CSP, ETag: tag })
    if (req.get('if-none-match') === tag) return void res.status(304).end()
    const isSent = env.SMTP_HOST !== undefined
    res.type('html').send(inboxPage(await listKeptMail(db, box, SHOWN), now, { isSent }))
  })
  door.all(PATHS, (_req, res) => {
    res.set('Allow', 'GET, HEAD')
    throw new AppError('METHOD_NOT_ALLOWED')
  })
  return door
}

const SCRIPT = readFileSync(new URL('./inbox.js', import.meta.url))

/** An open page asks every two seconds, so letters are not opened to find that nothing came. It says "a minute ago", too. */
const tagOf = (states: object[], now: Date): string =>
  `W/"${hash('sha256', JSON.stringify([states, Math.floor(now.getTime() / 60_000)]), 'base64url')}"`

/**
 * Our own script runs and asks us, nothing else does; nothing is sent. Styles may be inline because letters carry
 * theirs so. The frames that show letters inherit this policy, and their sandbox runs nothing at all.
 */
const PAGE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
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

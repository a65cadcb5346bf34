import { createServer } from 'node:http'
import { SMTPServer } from 'smtp-server'
import { env } from '../src/config/env.ts'

/** A mail server that takes everything and keeps nothing. `/` on the other port says how many came, and when whose first. */
let count = 0
const firstAt: Record<string, number> = {}

new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  onRcptTo({ address }, _session, done) {
    count += 1
    firstAt[address.split('-')[0] ?? ''] ??= Date.now()
    done()
  },
  onData(stream, _session, done) {
    stream.on('end', () => done(null, 'queued as BENCH001')).resume()
  },
}).listen(env.SMTP_PORT, env.SMTP_HOST)

createServer((_req, res) => res.end(JSON.stringify({ count, firstAt }))).listen(
  env.SERVER_PORT,
  env.SERVER_HOST,
)

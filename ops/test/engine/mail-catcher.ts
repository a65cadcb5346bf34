import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Server as NetServer } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'

/** A mail server for the stack, and a page of what it took, in the shape of /dev/inbox.json. */
export type MailCatcher = { smtpPort: number; inboxUrl: string; close(): Promise<void> }

type Caught = { id: string; to: string; subject: string; text: string; html: string }

export async function openMailCatcher(): Promise<MailCatcher> {
  const caught: Caught[] = []
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, taken) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        void PostalMime.parse(Buffer.concat(chunks)).then(({ messageId, subject, text, html }) => {
          const to = session.envelope.rcptTo[0]?.address ?? ''
          caught.unshift({
            id: messageId ?? '',
            to,
            subject: subject ?? '',
            text: text ?? '',
            html: html ?? '',
          })
          taken()
        }, taken)
      })
    },
  })
  const inbox = createServer((_req, res) => {
    res.setHeader('content-type', 'application/json').end(JSON.stringify(caught))
  })
  // Containers come from an address of this machine that is not its loopback.
  smtp.listen(0, '0.0.0.0')
  inbox.listen(0, '127.0.0.1')
  await Promise.all([once(smtp.server, 'listening'), once(inbox, 'listening')])
  return {
    smtpPort: portOf(smtp.server),
    inboxUrl: `http://127.0.0.1:${portOf(inbox)}/`,
    async close() {
      inbox.closeAllConnections()
      await Promise.all([
        new Promise<void>((resolve) => smtp.close(resolve)),
        new Promise<void>((resolve) => inbox.close(() => resolve())),
      ])
    },
  }
}

const portOf = (server: NetServer): number => (server.address() as AddressInfo).port

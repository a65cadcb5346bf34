import { createTransport } from 'nodemailer'
import { BRAND } from '@latchkey/shared/brand'
import type { Env } from '@latchkey/shared/env'
import type { WrittenLetter } from '@latchkey/shared/letters'
import { email } from '@latchkey/shared/schemas/atoms'

/** The only file that speaks SMTP. */
export type Smtp = {
  /** Gives the id under which the server took it, where it names one. */
  send(mail: Mail): Promise<string | null>
  /** Whether there is a server that would take letters from us: what is wrong, or nothing. */
  ask(): Promise<unknown>
  close(): void
}
type Mail = { id: string; to: string; createdAt: Date; written: WrittenLetter }

/** Whoever says nothing for so long is not there; a connection has to stand, greeting and TLS included, in as long. */
const SILENCE_MS = 15_000
/** And whoever says something all the time without coming to an end is not either. */
const SEND_MS = 60_000

export function openSmtp(env: Env): Smtp | undefined {
  const { SMTP_HOST: host, EMAIL_FROM_ADDRESS: from } = env
  if (!host || !from) return undefined
  const transport = createTransport({
    pool: true,
    host,
    port: env.SMTP_PORT,
    ...TLS[env.SMTP_USE_TLS],
    ...(env.SMTP_USER && { auth: { user: env.SMTP_USER, pass: env.SMTP_PASS?.reveal() ?? '' } }),
    maxConnections: env.JOBS_CONCURRENCY,
    maxRequeues: 1,
    connectionTimeout: SILENCE_MS,
    greetingTimeout: SILENCE_MS,
    dnsTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send({ id, to, createdAt, written }) {
      const { response } = await transport.sendMail({
        from: { name: BRAND.name, address: from },
        to: { name: '', address: to },
        // Said once more, so that no header decides who gets it.
        envelope: { from, to: [oneAddress(to)] },
        messageId: messageIdOf(id, from),
        date: createdAt,
        headers: { 'Auto-Submitted': 'auto-generated' },
        ...written,
        signal: AbortSignal.timeout(SEND_MS),
      })
      return queueIdIn(response)
    },
    async ask() {
      try {
        await transport.verify()
        return undefined
      } catch (error) {
        return error
      }
    },
    close: () => transport.close({ force: true }),
  }
}

/** The certificate is checked in both; a server that offers no STARTTLS gets nothing. */
const TLS = {
  starttls: { secure: false, requireTLS: true },
  implicit: { secure: true },
  off: { secure: false, ignoreTLS: true },
} as const

/** The same at every try, so that whoever gets a letter twice can tell. */
export const messageIdOf = (id: string, from: string): string => `<${id}@${from.split('@')[1]}>`

/** What looks like two addresses would be two. */
function oneAddress(to: string): string {
  if (!email.safeParse(to).success) throw new Error('the stored address is not one address')
  return to
}

/** `250 2.0.0 Ok: queued as 4F1B` and its relatives. */
const queueIdIn = (response: string): string | null =>
  /(?:queued as|id=|^250(?: \d\.\d\.\d)? (?:ok|accepted)[: ]+)\s*<?([\w.@+-]{6,200})/i.exec(response)?.[1] ??
  null

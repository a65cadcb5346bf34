import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { type SMTPServerOptions, SMTPServer } from 'smtp-server'

export type Arrived = { messageId: string; from: string; to: string[]; raw: string }
/** What the server says where it should say yes, from now on. */
export type Answer = { at: 'greeting' | 'MAIL' | 'RCPT' | 'DATA'; code: number; only?: string }

type Refusing = Error & { responseCode?: number }
const no = (code: number): Refusing =>
  Object.assign(new Error(`${code === 421 ? '4.3.2' : `${String(code)[0]}.1.1`} no, said the test`), {
    responseCode: code,
  })

/** A real SMTP server on a port of its own, which can be as bad as real ones are. */
export async function openMailServer(options: SMTPServerOptions = {}) {
  const arrived: Arrived[] = []
  const state: { answer?: Answer | undefined; drops: number; pauseMs: number; connections: number } = {
    drops: 0,
    pauseMs: 0,
    connections: 0,
  }
  const says = (at: Answer['at'], about: string) => {
    const { answer } = state
    return answer?.at === at && (answer.only === undefined || about.includes(answer.only))
      ? no(answer.code)
      : null
  }
  let server: SMTPServer
  let port = 0
  await open()

  function make(others: SMTPServerOptions) {
    return new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      // Asking a name server who 127.0.0.1 is may take as long as a hanging mail server.
      disableReverseLookup: true,
      closeTimeout: 100,
      ...options,
      ...others,
      onConnect(_session, done) {
        state.connections += 1
        done(says('greeting', ''))
      },
      onMailFrom: ({ address }, _session, done) => done(says('MAIL', address)),
      onRcptTo: ({ address }, _session, done) => done(says('RCPT', address)),
      onData(stream, session, done) {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () => {
          const raw = Buffer.concat(chunks).toString()
          const to = session.envelope.rcptTo.map(({ address }) => address)
          const refusal = says('DATA', to.join())
          if (refusal) return done(refusal)
          const messageId = /^message-id: *(\S+)/im.exec(raw)?.[1] ?? ''
          const { mailFrom } = session.envelope
          arrived.push({ messageId, from: mailFrom ? mailFrom.address : '', to, raw })
          if (state.drops > 0) {
            state.drops -= 1
            for (const connection of server.connections) connection.close()
            return
          }
          setTimeout(() => done(null, 'queued as TEST0001'), state.pauseMs)
        })
      },
    })
  }

  /** On the same port as before, where it was open before. */
  async function open(others: SMTPServerOptions = {}): Promise<void> {
    server = make(others)
    server.on('error', () => {})
    server.listen(port, '127.0.0.1')
    await once(server.server, 'listening')
    const address = server.server.address()
    if (typeof address === 'object' && address) port = address.port
  }

  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))

  return {
    arrived,
    state,
    port: () => port,
    settings: (): Record<string, string> => ({
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: String(port),
      SMTP_USE_TLS: 'off',
      EMAIL_FROM_ADDRESS: 'hello@latchkey.example',
    }),
    /** From now on connections are refused. */
    close,
    open,
    ids: () => new Set(arrived.map(({ messageId }) => messageId)),
  }
}

/** Takes connections and never says a word. */
export async function openSilentServer(port: number): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

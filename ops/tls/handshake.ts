import { once } from 'node:events'
import { connect, type ConnectionOptions, type PeerCertificate, type TLSSocket } from 'node:tls'

/** Whom to speak to: where a connection goes, and the name that is asked for in it. */
export type Target = {
  host: string
  address: string
  port: number
  httpPort: number
  ca?: string | undefined
}

export type Handshake =
  | {
      shaken: true
      protocol: string
      cipher: string
      trusted: boolean
      distrust: string
      certificate: PeerCertificate
    }
  | { shaken: false; code: string }

const PATIENCE_MS = 5000

/** One handshake in a way of one's own. That it fails is an answer, and often the right one. */
export async function shakeHands(target: Target, options: ConnectionOptions = {}): Promise<Handshake> {
  let socket: TLSSocket | undefined
  try {
    socket = connect({
      host: target.address,
      port: target.port,
      servername: target.host,
      ca: target.ca,
      // Looked at below, and told: whoever refused here would know less.
      rejectUnauthorized: false,
      ...options,
    })
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(PATIENCE_MS) })
    return {
      shaken: true,
      protocol: socket.getProtocol() ?? 'unknown',
      cipher: socket.getCipher().name,
      trusted: socket.authorized,
      distrust: String(socket.authorizationError ?? ''),
      certificate: socket.getPeerCertificate(),
    }
  } catch (error) {
    return { shaken: false, code: (error as NodeJS.ErrnoException).code ?? (error as Error).name }
  } finally {
    socket?.on('error', () => {})
    socket?.destroy()
  }
}

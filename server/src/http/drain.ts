import type { Server } from 'node:http'
import type { Socket } from 'node:net'

export type Connections = {
  /** From now on each connection closes with its next answer, and the client opens another, elsewhere. */
  letGo(): void
  /** Idle connections close at once, busy ones when they have answered, all of them when patience ends. */
  drain(patienceMs: number): Promise<void>
}

/**
 * Knows which connections have a request under way. Node's own `closeIdleConnections` leaves those alone that never
 * sent one, and browsers open such ahead of need; they would hold a stop up until its patience ends.
 */
export function watchConnections(server: Server): Connections {
  const open = new Set<Socket>()
  const busy = new Set<Socket>()
  let draining = false
  server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => (open.delete(socket), busy.delete(socket)))
  })
  server.on('request', (req, res) => {
    busy.add(req.socket)
    if (draining) res.setHeader('Connection', 'close')
    res.once('close', () => {
      busy.delete(req.socket)
      if (draining) req.socket.end()
    })
  })

  function letGo(): void {
    draining = true
  }

  async function drain(patienceMs: number): Promise<void> {
    letGo()
    const impatient = setTimeout(() => server.closeAllConnections(), patienceMs)
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of open) if (!busy.has(socket)) socket.destroy()
    await closed
    clearTimeout(impatient)
  }

  return { letGo, drain }
}

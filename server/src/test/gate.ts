import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands between the server and its real Postgres, so that a test can take the database away and give it back. */
export type Gate = { port: number; cut(): void; hang(): void; open(): void; close(): Promise<void> }

export async function openGate(target: { host: string; port: number }): Promise<Gate> {
  let state: 'open' | 'cut' | 'hanging' = 'open'
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    if (state === 'cut') return void near.destroy()
    const far = connect(target)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (chunk) => state === 'open' && to.write(chunk))
      from.on('error', () => to.destroy()).on('close', () => (to.destroy(), sockets.delete(from)))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const dropAll = () => sockets.forEach((socket) => socket.destroy())
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => ((state = 'cut'), dropAll()),
    hang: () => (state = 'hanging'),
    open: () => (state === 'hanging' && dropAll(), (state = 'open')),
    close: async () => {
      dropAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

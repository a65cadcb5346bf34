import { connect } from 'node:net'
import { judge, notChecked } from './finding.ts'
import type { Probe } from './probe.ts'
import { bare } from './site.ts'

/** Of services that live behind the edge: Postgres, Redis, the server, a dashboard, the worker, metrics. */
const CLOSED = [5432, 6379, 8000, 8080, 8081, 9090, 3000, 2375, 2376]
const PATIENCE_MS = 3000

export const openPorts: Probe = {
  name: 'openPorts',
  file: 'edge/open-ports.json',
  question: 'Does nothing but the edge listen to the outside?',
  next: 'look at the ports in compose.yaml and at the firewall of the host (ufw status)',
  async ask({ site, hasEdge }) {
    const host = site.address ?? bare(site.origin.hostname)
    if (!hasEdge)
      return notChecked('Needs a deployed host: on this machine its own ports are open to itself.')
    const ports = CLOSED.filter((port) => String(port) !== site.origin.port)
    const found = await Promise.all(ports.map(async (port) => ({ port, open: await isOpen(host, port) })))
    return judge(
      found.filter(({ open }) => open).map(({ port }) => `port ${port} is open to the outside`),
      `${found.length} ports of inner services are closed.`,
      { host, found },
    )
  },
}

const isOpen = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.setTimeout(PATIENCE_MS, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })

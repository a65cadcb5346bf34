import { open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { findBinaries, type Binaries } from './postgres/binaries.ts'
import { ensureCluster } from './postgres/cluster.ts'
import { freePort } from './postgres/free-port.ts'
import { keep, stopKept, type Kept } from './postgres/keeper.ts'
import { stopLeftover } from './postgres/leftover.ts'
import { isReady, pidFileOf } from './postgres/pid-file.ts'
import { adminUrl, passwordOf } from './postgres/running.ts'
import { PostgresFailed } from './postgres/failure.ts'
import { sleep } from './sleep.ts'

/** A real PostgreSQL of our own: behind 127.0.0.1, with a password, gone when we are gone. */
export type Postgres = {
  adminUrl: string
  port: number
  pid: number
  /** What was put right before it could start: a leftover server, a half-made cluster. */
  healed: string[]
  exited: Promise<void>
  stop(): Promise<void>
}

/** Without a port it takes a free one. */
type Options = { dir: string; durable: boolean; port?: number }

export async function startPostgres(options: Options): Promise<Postgres> {
  const dir = resolve(options.dir)
  const binaries = await findBinaries(dir)
  const cluster = await ensureCluster(binaries, { dir, durable: options.durable })
  const leftover = await stopLeftover(cluster.data)
  const place = { dir, data: cluster.data, durable: options.durable }
  const { kept, port } = await startOnFreePort(binaries, place, options.port)
  return {
    adminUrl: adminUrl(await passwordOf(dir), port),
    port,
    pid: kept.pid,
    healed: [...cluster.healed, ...leftover],
    exited: kept.exited,
    stop: () => stopKept(kept),
  }
}

type Place = { dir: string; data: string; durable: boolean }

/** Between finding a free port and Postgres taking it somebody else may: then we look for another. */
async function startOnFreePort(
  binaries: Binaries,
  place: Place,
  given?: number,
): Promise<{ kept: Kept; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = given ?? (await freePort())
    const started = await startOn(port, binaries, place)
    if ('kept' in started) return { kept: started.kept, port }
    const portWasTaken = started.log.includes('could not create any TCP/IP sockets')
    if (!portWasTaken || attempt === 3) throw new PostgresFailed('could not start', started.log)
  }
}

async function startOn(
  port: number,
  binaries: Binaries,
  place: Place,
): Promise<{ kept: Kept } | { log: string }> {
  const log = await open(join(place.dir, 'postgres.log'), 'w', 0o600)
  try {
    const command = [...binaries.as, binaries.postgres, ...argumentsFor(port, place)]
    const kept = keep({ command, pidFile: pidFileOf(place.data), log: log.fd })
    if (await becomesReady(kept, place.data)) return { kept }
    await stopKept(kept)
    return { log: await textOf(place.dir) }
  } finally {
    await log.close()
  }
}

function argumentsFor(port: number, { data, durable }: Place): string[] {
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(durable
      ? {}
      : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' }),
  }
  return ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

/** Recovery after a crash replays the log first, so a start may take its time. */
const READY_WITHIN_MS = 60_000

async function becomesReady(kept: Kept, data: string): Promise<boolean> {
  const giveUpAt = Date.now() + READY_WITHIN_MS
  while (kept.isRunning() && Date.now() < giveUpAt) {
    if (await isReady(data, kept.pid)) return true
    await sleep(15)
  }
  return false
}

async function textOf(dir: string): Promise<string> {
  const file = await open(join(dir, 'postgres.log'))
  try {
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

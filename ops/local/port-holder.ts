import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { findProcess } from '../launch/process-table.mjs'

/** " by pid 1234 (node server/src/main.ts, in /home/ada/latchkey)", as far as /proc lets us see it. */
export function describePortHolder(port: number): string {
  const pid = findPid(socketsOn(port))
  if (pid === undefined) return ''
  const folder = attempt(() => readlinkSync(`/proc/${pid}/cwd`))
  const title = (findProcess(pid)?.title ?? '').slice(0, 80)
  return ` by pid ${pid} (${title}${folder ? `, in ${folder}` : ''})`
}

const LISTENING = '0A'

/** Lines of /proc/net/tcp: "n: local:PORT remote:port STATE …", the socket's inode in column 9. */
function socketsOn(port: number): Set<string> {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  const lines = ['tcp', 'tcp6'].flatMap(
    (name) => attempt(() => readFileSync(`/proc/net/${name}`, 'utf8'))?.split('\n') ?? [],
  )
  return new Set(
    lines
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local = '', , state]) => local.endsWith(`:${wanted}`) && state === LISTENING)
      .map((columns) => `socket:[${columns[9]}]`),
  )
}

function findPid(sockets: Set<string>): number | undefined {
  if (sockets.size === 0) return undefined
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const holds = (pid: string, fd: string) =>
    sockets.has(attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? '')
  const holder = pids.find((pid) =>
    attempt(() => readdirSync(`/proc/${pid}/fd`))?.some((fd) => holds(pid, fd)),
  )
  return holder === undefined ? undefined : Number(holder)
}

function attempt<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined // gone meanwhile, or not ours to look at
  }
}

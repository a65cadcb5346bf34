import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { promisify } from 'node:util'
import { pidFileOf, readPidFile } from './pid-file.ts'
import { sleep } from '../sleep.ts'

/** Ends the server that an earlier run left on this cluster. Whoever calls holds the lock on the folder. */
export async function stopLeftover(data: string): Promise<string[]> {
  const file = await readPidFile(data)
  if (!file) return []
  if (!(await servesCluster(file.pid, data))) {
    // After a reboot the number may belong to anyone, and Postgres would refuse to start because of it.
    await rm(pidFileOf(data), { force: true })
    return ['An earlier run ended without closing its database: it recovers now.']
  }
  await end(file.pid, data)
  return [`Stopped a PostgreSQL that an earlier run left behind (pid ${file.pid}).`]
}

async function end(pid: number, data: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!(await servesCluster(pid, data))) return
    process.kill(pid, signal)
    await goneWithin(5000, pid, data)
  }
}

async function goneWithin(milliseconds: number, pid: number, data: string): Promise<void> {
  const giveUpAt = Date.now() + milliseconds
  while (Date.now() < giveUpAt && (await servesCluster(pid, data))) await sleep(30)
}

async function servesCluster(pid: number, data: string): Promise<boolean> {
  const command = await commandLineOf(pid)
  return command.includes('postgres') && command.includes(data)
}

async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  const ps = promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)])
  return ps.then(({ stdout }) => stdout).catch(() => '')
}

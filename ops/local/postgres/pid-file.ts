import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export type PidFile = { pid: number; port: number; state: string }

export const pidFileOf = (data: string): string => join(data, 'postmaster.pid')

/** Postgres writes its pid on line 1 of postmaster.pid, its port on line 4, its state on line 8. */
export async function readPidFile(data: string): Promise<PidFile | undefined> {
  const text = await readFile(pidFileOf(data), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const lines = text.split('\n')
  return { pid: Number(lines[0]), port: Number(lines[3]), state: (lines[7] ?? '').trim() }
}

export async function isReady(data: string, pid: number): Promise<boolean> {
  const file = await readPidFile(data)
  return file?.pid === pid && file.state === 'ready'
}

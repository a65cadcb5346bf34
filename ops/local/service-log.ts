import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { say } from './say.ts'

/** A service's JSON lines go into a file; a person sees warnings and worse, in one line each. */
export type ServiceLog = { path: string; take(stream: Readable): void }

export async function openServiceLog(dataDir: string, name: string): Promise<ServiceLog> {
  const folder = join(dataDir, 'logs')
  const path = join(folder, `${name}.log`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await rename(path, join(folder, `${name}.previous.log`)).catch(() => rm(path, { force: true }))
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 })
  await once(file, 'open')
  file.on('error', (error) => say(`${name}: its log cannot be written: ${error.message}`))
  return {
    path,
    take: (stream) =>
      void createInterface({ input: stream }).on('line', (line) => {
        file.write(`${line}\n`)
        const readable = readableOf(line)
        if (readable !== undefined) say(`${name}: ${readable}`)
      }),
  }
}

const WORTH_SHOWING = ['warn', 'error', 'fatal']

/** One line for a person, or nothing when it is only for the file. What is not JSON is a crash that speaks. */
export function readableOf(line: string): string | undefined {
  const entry = parse(line)
  if (entry === undefined) return line.trim() === '' ? undefined : line
  if (!WORTH_SHOWING.includes(String(entry.level))) return undefined
  const why = entry.err?.message ? ` (${entry.err.message})` : ''
  const request = entry.request_id ? ` [request ${entry.request_id}]` : ''
  return `${entry.level}: ${entry.msg ?? ''}${why}${request}`
}

type Entry = { level?: string; msg?: string; request_id?: string; err?: { message?: string } }

function parse(line: string): Entry | undefined {
  try {
    const entry: unknown = JSON.parse(line)
    return typeof entry === 'object' && entry !== null ? entry : undefined
  } catch {
    return undefined
  }
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Advice } from '../../launch/advice.mjs'
import { readPidFile } from './pid-file.ts'

/** How to reach the server that already runs on a cluster. */
export async function adminUrlOf(dir: string): Promise<string> {
  const file = await readPidFile(join(dir, 'data'))
  if (file?.state !== 'ready')
    throw new Advice('The database is not up yet. Next: the same command again in a moment.')
  return adminUrl(await passwordOf(dir), file.port)
}

export const passwordOf = async (dir: string): Promise<string> =>
  (await readFile(join(dir, 'password'), 'utf8')).trim()

export const adminUrl = (password: string, port: number): string =>
  `postgres://postgres:${password}@127.0.0.1:${port}/postgres`

import { access, constants, mkdir, stat } from 'node:fs/promises'
import { Advice } from '../launch/advice.mjs'

/** The folder that everything local is kept in: there, ours, and open to nobody else. */
export async function openDataDir(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
    await access(path, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new Advice(`The data folder ${path} cannot be used: ${(error as Error).message}.`, ELSEWHERE)
  }
  const { uid } = await stat(path)
  const us = process.getuid?.()
  if (us !== undefined && uid !== us)
    throw new Advice(`The data folder ${path} belongs to user ${uid}, and you are user ${us}.`, ELSEWHERE)
}

const ELSEWHERE = 'Next: keep the data elsewhere: DATA_DIR=~/latchkey-data npm start'

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '@latchkey/shared/secret'
import { isThere, moveFile, readFile as readFileThere } from '../commands/files.ts'
import { makeHostKey } from '../commands/droplet.ts'
import type { Command, Run } from '../deeds/run.ts'
import { Advice } from '../launch/advice.mjs'

/** `line` is what is pinned, such as `ssh-ed25519 AAAA…`. */
export type HostKey = { line: string; privateKey: Secret }

/**
 * A droplet that is not there yet has no key that could be pinned, and whoever answers first is not to be believed. So
 * its first key is made here and travels in its user data, to be renewed as soon as it has been used.
 */
export async function firstHostKey(run: Run): Promise<HostKey> {
  const home = await mkdtemp(join(tmpdir(), 'latchkey-host-key-'))
  try {
    const file = join(home, 'key')
    await answerOf(run, makeHostKey(file))
    const [privateKey, line] = [await readFile(file, 'utf8'), await readFile(`${file}.pub`, 'utf8')]
    return { line: pinOf(line), privateKey: new Secret(privateKey) }
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

/** Where Debian and Ubuntu keep it. */
const HOST_KEY_FILE = '/etc/ssh/ssh_host_ed25519_key'

/**
 * Makes a key on the droplet that never leaves it: every program there may read the user data, and the first key in it.
 * `keep` writes down what will be pinned before it is in force, so that a run broken off here finds its way back in.
 */
export async function renewHostKey(
  run: Run,
  keep: (line: string) => Promise<void>,
  file = HOST_KEY_FILE,
): Promise<string> {
  const next = `${file}.next`
  if ((await run(isThere(`${next}.pub`))).code !== 0) await answerOf(run, makeHostKey(next))
  const line = pinOf(await answerOf(run, readFileThere(`${next}.pub`)))
  await keep(line)
  await answerOf(run, moveFile(next, file))
  await answerOf(run, moveFile(`${next}.pub`, `${file}.pub`))
  return line
}

const pinOf = (line: string): string => line.trim().split(' ').slice(0, 2).join(' ')

async function answerOf(run: Run, command: Command): Promise<string> {
  const { code, stdout, stderr } = await run(command)
  if (code === 0) return stdout
  throw new Advice(
    `A host key cannot be made: ${stderr.trim()} (code ${code}).`,
    'Next: see that ssh-keygen is there.',
  )
}

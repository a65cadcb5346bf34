import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '@latchkey/shared/secret'
import { moveFile, readFile as readFileThere, removeFile, writeFile } from '../commands/files.ts'
import { makeHostKey, publicKeyOf } from '../commands/droplet.ts'
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

/** `line` is what was written down before, if it was; `keep` writes it down. */
type Pin = { line: string | undefined; keep: (line: string) => Promise<void> }

/**
 * Makes a key on the droplet that never leaves it: every program there may read the user data, and the first key in it.
 * What will be pinned is written down before it is in force, so that a run broken off anywhere finds its way back in; the
 * one that is in force and written down is never made anew.
 */
export async function renewHostKey(run: Run, pin: Pin, file = HOST_KEY_FILE): Promise<string> {
  const inForce = await findPublicHalf(run, file)
  if (inForce !== undefined && inForce === pin.line) return showPublicHalf(run, file, inForce)
  const next = `${file}.next`
  const line = (await findPublicHalf(run, next)) ?? (await makeNext(run, next))
  await pin.keep(line)
  await answerOf(run, moveFile(next, file))
  return showPublicHalf(run, file, line)
}

/** Half a pair is no key: ssh-keygen may have been killed between its two files. */
async function makeNext(run: Run, next: string): Promise<string> {
  for (const half of [next, `${next}.pub`]) await answerOf(run, removeFile(half))
  await answerOf(run, makeHostKey(next))
  return pinOf(await answerOf(run, readFileThere(`${next}.pub`)))
}

/** From the private one, which alone is in force. */
async function findPublicHalf(run: Run, file: string): Promise<string | undefined> {
  const { code, stdout } = await run(publicKeyOf(file))
  return code === 0 ? pinOf(stdout) : undefined
}

async function showPublicHalf(run: Run, file: string, line: string): Promise<string> {
  await answerOf(run, writeFile(`${file}.pub`, '0644'), `${line}\n`)
  await answerOf(run, removeFile(`${file}.next.pub`))
  return line
}

const pinOf = (line: string): string => line.trim().split(' ').slice(0, 2).join(' ')

async function answerOf(run: Run, command: Command, stdin = ''): Promise<string> {
  const { code, stdout, stderr } = await run(command, { stdin })
  if (code === 0) return stdout
  throw new Advice(
    `A host key cannot be made: ${stderr.trim()} (code ${code}).`,
    'Next: see that ssh-keygen is there and that the disk is not full, and run the same again.',
  )
}

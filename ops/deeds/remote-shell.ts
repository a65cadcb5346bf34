import { randomBytes } from 'node:crypto'
import { access, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Source } from '@latchkey/shared/env'
import { type Ground, knownHostsLine, ssh, sshExit, type Target } from '../commands/ssh.ts'
import { ConnectionFailed, connectionFailedOf, type WhyNot } from './connection-failed.ts'
import { framed, REMOTE_SCRIPT } from './remote-script.ts'
import { type Run, run as runHere } from './run.ts'

/** A droplet that does commands. Whoever opened it closes it. */
export type RemoteShell = AsyncDisposable & {
  /** Like `run`, over there. A code is the command's; where there is no connection it throws ConnectionFailed. */
  run: Run
  /** Whether it can be reached, before anything is asked of it. */
  reach(): Promise<Reached>
}
export type Reached = { ok: true } | { ok: false; why: WhyNot; failure: ConnectionFailed }

/** ssh's own code when it has no connection. */
const NO_CONNECTION = 255

export async function openRemoteShell(target: Target, local: Run = runHere): Promise<RemoteShell> {
  const home = join(tmpdir(), `latchkey-ssh-${randomBytes(6).toString('hex')}`)
  const ground: Ground = { knownHosts: join(home, 'known'), ...(canShare && { control: join(home, 'c') }) }
  const command = ssh(target, ground, REMOTE_SCRIPT)
  await mkdir(home, { mode: 0o700 })
  await writeFile(ground.knownHosts, knownHostsLine(target.hostKey), { mode: 0o600 })

  const run: Run = async (words, { stdin = '', cwd = '.', env, ...rest } = {}) => {
    if (env) throw new TypeError('A droplet has an environment of its own: name what differs with withEnv().')
    const frame = framed(words, stdin, cwd)
    await access(target.keyFile).catch(() => {
      throw new ConnectionFailed('key-missing', target)
    })
    const ran = await local(command, { ...rest, stdin: frame, env: bare(process.env), holdsStdin: true })
    if (ran.code === NO_CONNECTION && !rest.signal?.aborted) throw connectionFailedOf(target, ran.stderr)
    return ran
  }

  return {
    run,
    reach: () => run(['true']).then(() => ({ ok: true }), asReached),
    [Symbol.asyncDispose]: async () => {
      if (ground.control) await local(sshExit(ground.control), { env: bare(process.env) })
      await rm(home, { recursive: true, force: true })
    },
  }
}

function asReached(failure: unknown): Reached {
  if (failure instanceof ConnectionFailed) return { ok: false, why: failure.why, failure }
  throw failure
}

/** Commands share one connection, which spares each of them a handshake. The ssh of Windows cannot. */
const canShare = process.platform !== 'win32'

/** What ssh needs to find itself and an agent. Our own environment holds the cloud's token. */
export const bare = (source: Source): Source =>
  Object.fromEntries(
    ['PATH', 'HOME', 'USERPROFILE', 'SystemRoot', 'SSH_AUTH_SOCK', 'TMPDIR', 'TEMP']
      .filter((name) => source[name] !== undefined)
      .map((name) => [name, source[name]]),
  )

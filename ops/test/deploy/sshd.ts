import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Target } from '../../commands/ssh.ts'
import { freePort } from '../../local/postgres/free-port.ts'
import { sleep } from '../../local/sleep.ts'

/** A real sshd on a free loopback port, which lets us in with one key and is told apart by another. */
export type TestSshd = {
  target: Target
  /** What it says of itself, with each connection and each try to sign in. */
  log(): string
  /** The same address with another host key: a droplet made anew, or somebody in between. */
  swapHostKey(): Promise<void>
  /** Reads its host key again. */
  restart(): Promise<void>
  hostKeyFile: string
  pidFile: string
  /** A key that it does not know. */
  strangerKey: string
  close(): Promise<void>
}

const SSHD = '/usr/sbin/sshd'
const isRoot = process.getuid?.() === 0

/** Debian's openssh-server. Where we are root it is brought; CI has no excuse for not having it. */
export const hasSshd = ((): boolean => {
  if (existsSync(SSHD)) return true
  const wanted = [
    'install',
    '-y',
    '--no-install-recommends',
    '-o',
    'DPkg::Lock::Timeout=120',
    'openssh-server',
  ]
  if (isRoot && existsSync('/usr/bin/apt-get'))
    for (const words of [['update'], wanted])
      try {
        execFileSync('apt-get', words, {
          stdio: 'ignore',
          env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
        })
      } catch {
        // Whether it is there now is looked for below.
      }
  return existsSync(SSHD) || process.env['CI'] === 'true'
})()

type Wanted = {
  /** Of the loopback, where nothing else needs to listen. */
  address?: string
  /** What every command of the account finds in its environment, such as a PATH with programs of ours. */
  env?: Readonly<Record<string, string>>
  /** A folder that is /etc/ssh for it and for whatever it starts, and holds its host key. Only for root. */
  etc?: string
}

export async function openTestSshd({ address = '127.0.0.1', env = {}, etc }: Wanted = {}): Promise<TestSshd> {
  const home = await mkdtemp(join(tmpdir(), 'latchkey-sshd-'))
  const at = (name: string) => join(home, name)
  const port = await freePort()
  for (const name of ['host', 'ours', 'stranger']) makeKey(at(name))
  writeFileSync(at('authorized'), readFileSync(at('ours.pub')), { mode: 0o600 })
  if (isRoot) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const socket = { host: address, port }
  if (etc) cpSync(at('host'), join(etc, 'ssh_host_ed25519_key'))
  const hostKeyFile = etc ? '/etc/ssh/ssh_host_ed25519_key' : at('host')
  writeFileSync(at('config'), configOf(home, socket, { env, hostKeyFile }))
  let server = await start(at, socket, etc)
  const restart = async () => {
    await stop(server)
    server = await start(at, socket, etc)
  }

  return {
    target: {
      ...{ ...socket, user: userInfo().username, keyFile: at('ours') },
      hostKey: readFileSync(at('host.pub'), 'utf8').trim(),
    },
    strangerKey: at('stranger'),
    log: () => readFileSync(at('log'), 'utf8'),
    hostKeyFile: at('host'),
    pidFile: at('pid'),
    restart,
    async swapHostKey() {
      await rm(at('host'))
      makeKey(at('host'))
      await restart()
    },
    async close() {
      await stop(server)
      await rm(home, { recursive: true, force: true })
    },
  }
}

function makeKey(path: string): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', path])
  chmodSync(path, 0o600)
}

type Socket = { host: string; port: number }

type Told = { env: Readonly<Record<string, string>>; hostKeyFile: string }

function configOf(home: string, { host, port }: Socket, { env, hostKeyFile }: Told): string {
  // A shell that is not the first reads nobody's start files: whoever tests may have any, a droplet's account has none.
  const told = Object.entries({ SHLVL: '1', ...env }).map(([name, value]) => `${name}=${value}`)
  const lines = {
    ...{ ListenAddress: host, Port: port, PidFile: join(home, 'pid'), LogLevel: 'VERBOSE' },
    ...{ HostKey: hostKeyFile, AuthorizedKeysFile: join(home, 'authorized') },
    ...{ PubkeyAuthentication: 'yes', PasswordAuthentication: 'no', KbdInteractiveAuthentication: 'no' },
    // Folders for temporary files are everybody's to write, which it would hold against our keys.
    ...{ StrictModes: 'no', UsePAM: 'no', PermitRootLogin: 'prohibit-password' },
    ...{ MaxStartups: '200', MaxSessions: '100', PrintMotd: 'no', UseDNS: 'no' },
    SetEnv: told.join(' '),
  }
  return Object.entries(lines)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('')
}

/** With mounts of its own, in which another folder is /etc/ssh. */
const inItsOwn = (etc: string): string[] => [
  ...['unshare', '--mount', '--propagation', 'private'],
  ...['sh', '-c', 'mount --bind "$0" /etc/ssh && exec "$@"', etc],
]

async function start(at: (name: string) => string, socket: Socket, etc?: string): Promise<ChildProcess> {
  const words = [...(etc ? inItsOwn(etc) : []), SSHD, '-D', '-f', at('config'), '-E', at('log')]
  const server = spawn(words[0] ?? '', words.slice(1), { stdio: 'ignore' })
  for (let tries = 0; tries < 200 && server.exitCode === null; tries += 1) {
    if (await listens(socket)) return server
    await sleep(25)
  }
  throw new Error(`sshd did not start: ${existsSync(at('log')) ? readFileSync(at('log'), 'utf8') : ''}`)
}

async function listens({ host, port }: Socket): Promise<boolean> {
  const socket = createConnection(port, host)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const gone = once(server, 'exit')
  server.kill('SIGTERM')
  await gone
}

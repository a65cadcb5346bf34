import type { Command } from '../deeds/run.ts'
import { operand, Refused } from './operand.ts'

/** Where the droplet is, as whom we come, and the one key that it must show; without one, no key will do. */
export type Target = {
  host: string
  port: number
  user: string
  keyFile: string
  hostKey: string | undefined
}
/** Files of one opened connection: what is pinned, and the socket through which commands share it. */
export type Ground = { knownHosts: string; control?: string }

/** The host goes by this name in our list of keys, so that its address and port are no part of what is pinned. */
const ALIAS = 'latchkey-droplet'

/** The key types that one may pin, and the signatures that prove having one. */
const PROVED_BY: Readonly<Record<string, string>> = {
  'ssh-ed25519': 'ssh-ed25519',
  'ecdsa-sha2-nistp256': 'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384': 'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521': 'ecdsa-sha2-nistp521',
  'ssh-rsa': 'rsa-sha2-512,rsa-sha2-256',
}

export function ssh(target: Target, ground: Ground, script: string): Command {
  return [
    'ssh',
    ...['-F', 'none', '-T', '-a', '-x', '-i', localPath(target.keyFile)],
    ...options({
      BatchMode: 'yes',
      CheckHostIP: 'no',
      ClearAllForwardings: 'yes',
      ConnectTimeout: '10',
      GlobalKnownHostsFile: 'none',
      HostKeyAlgorithms: pinned(target.hostKey).algorithms,
      HostKeyAlias: ALIAS,
      IdentitiesOnly: 'yes',
      LogLevel: 'INFO',
      PreferredAuthentications: 'publickey',
      ServerAliveCountMax: '3',
      ServerAliveInterval: '5',
      StrictHostKeyChecking: 'yes',
      UpdateHostKeys: 'no',
      UserKnownHostsFile: quoted(ground.knownHosts),
      ...shared(ground.control),
    }),
    ...['-p', portOf(target.port), '-l', operand('user', target.user)],
    ...['--', operand('host', target.host), script],
  ]
}

/** Ends the connection that commands share. */
export const sshExit = (control: string): Command => [
  'ssh',
  '-F',
  'none',
  ...options({ ControlPath: quoted(control) }),
  ...['-O', 'exit', '--', ALIAS],
]

/** The only line in our list of keys. */
export const knownHostsLine = (hostKey: string | undefined): string =>
  hostKey === undefined ? '' : `${ALIAS} ${pinned(hostKey).key}\n`

/** What a host offers as its keys, for a person to compare; nothing is trusted by it. */
export const sshKeyscan = (host: string, port: number): Command => [
  ...(['ssh-keyscan', '-T', '10', '-t', 'ed25519', '-p', portOf(port)] as const),
  ...['--', operand('host', host)],
]

const UNPINNED = { key: '', algorithms: 'ssh-ed25519' }

function pinned(hostKey: string | undefined): { key: string; algorithms: string } {
  if (hostKey === undefined) return UNPINNED
  const [, type = '', body = ''] =
    /^([a-z0-9-]+) ([A-Za-z0-9+/]{40,1400}={0,2})(?: [^\p{Cc}]*)?$/u.exec(hostKey) ?? []
  const algorithms = PROVED_BY[type]
  if (algorithms === undefined) throw new Refused('hostKey', hostKey)
  return { key: `${type} ${body}`, algorithms }
}

/** An idle connection ends by itself, whatever happened to the tool that opened it. */
const shared = (control: string | undefined): Record<string, string> =>
  control === undefined
    ? { ControlMaster: 'no', ControlPath: 'none' }
    : { ControlMaster: 'auto', ControlPath: quoted(control), ControlPersist: '30' }

const options = (given: Record<string, string>): string[] =>
  Object.entries(given).flatMap(([name, value]) => ['-o', `${name}=${value}`])

/** ssh reads its options like lines of a file: blanks part, which is why a path holds no quote, and no % or $. */
const quoted = (path: string): string => `"${localPath(path)}"`

/** Of this machine, which may be a Windows; its ssh reads slashes as well. */
export const localPath = (path: string): string =>
  operand('path', process.platform === 'win32' ? path.replaceAll('\\', '/') : path)

function portOf(port: number): string {
  const word = operand('port', String(port))
  if (port > 65_535) throw new Refused('port', word)
  return word
}

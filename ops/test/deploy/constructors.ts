import * as backup from '../../commands/backup.ts'
import * as docker from '../../commands/docker.ts'
import * as files from '../../commands/files.ts'
import * as git from '../../commands/git.ts'
import { makeHostKey } from '../../commands/droplet.ts'
import * as lock from '../../commands/lock.ts'
import type { Shape } from '../../commands/operand.ts'
import * as postgres from '../../commands/postgres.ts'
import * as signature from '../../commands/signature.ts'
import { ssh, sshKeyscan, type Target } from '../../commands/ssh.ts'
import type { Command } from '../../deeds/run.ts'

type Maker = readonly [name: string, shape: Shape, make: (value: string) => Command]

const TOKEN = '7a1f5b4e-6f0e-4b52-9a53-0c1b1f0d9a11'
const target: Target = {
  ...{ host: 'droplet', port: 22, user: 'deploy', keyFile: '/home/one/.ssh/key' },
  hostKey: `ssh-ed25519 ${'A'.repeat(68)}`,
}
const sshWith = (change: Partial<Target>, knownHosts = '/home/one/known') =>
  ssh({ ...target, ...change }, { knownHosts }, 'script')

/** Every place in every command where a value from outside may stand. */
export const MAKERS: readonly Maker[] = [
  ['buildImages', 'service', (value) => docker.buildImages(value)],
  ['startServices', 'service', (value) => docker.startServices([value], 60)],
  ['runOnce', 'service', (value) => docker.runOnce(value)],
  ['stopServices', 'service', (value) => docker.stopServices([value], 30)],
  ['removeServices', 'service', (value) => docker.removeServices(value)],
  ['readLogs', 'service', (value) => docker.readLogs(value, 200)],
  ['followLogs', 'service', (value) => docker.followLogs([value], 200)],
  ['execute', 'service', (value) => docker.execute(value, 'true')],
  ['withEnv', 'environment', (value) => docker.withEnv(pair(value), ['true'])],
  ['inspectImage', 'image', docker.inspectImage],
  ['tagImage', 'image', (value) => docker.tagImage(value, 'latchkey:previous')],
  ['tagImage as', 'image', (value) => docker.tagImage('latchkey:new', value)],
  ['listImages', 'image', docker.listImages],
  ['removeImages', 'image', (value) => docker.removeImages(value)],
  ['pruneBuilds', 'duration', (value) => docker.pruneBuilds(value as never)],
  ['containerIdsOf', 'service', (value) => docker.containerIdsOf(value)],
  ['inspectContainer', 'container', docker.inspectContainer],
  ['cloneRepository', 'repository', (value) => git.cloneRepository(value, '/opt/latchkey')],
  ['cloneRepository place', 'path', (value) => git.cloneRepository('https://example.com/a.git', value)],
  ['initRepository', 'path', git.initRepository],
  ['setOrigin', 'repository', git.setOrigin],
  ['fetchBranch', 'branch', git.fetchBranch],
  ['resetToBranch', 'branch', git.resetToBranch],
  ['resetToCommit', 'commit', git.resetToCommit],
  ['commitOfBranch', 'branch', git.commitOfBranch],
  ['countBehind', 'branch', git.countBehind],
  ['committedSince', 'branch', git.committedSince],
  ['dumpDatabase', 'path', (value) => postgres.dumpDatabase('postgres', 'latchkey', value)],
  ['dumpDatabase user', 'user', (value) => postgres.dumpDatabase(value, 'latchkey', '/backups/one')],
  ['dumpDatabase database', 'database', (value) => postgres.dumpDatabase('postgres', value, '/backups/one')],
  ['restoreDatabase', 'path', (value) => postgres.restoreDatabase('postgres', 'scratch', value)],
  ['restoreDatabase database', 'database', (value) => postgres.restoreDatabase('postgres', value, '/b/one')],
  ['dumpTo', 'path', (value) => backup.dumpTo(value, 'latchkey')],
  ['restoreFrom', 'path', (value) => backup.restoreFrom(value, 'latchkey')],
  ['countRows', 'database', (value) => backup.countRows('postgres', value)],
  ['tellShape', 'database', (value) => backup.tellShape('postgres', value)],
  ['pruneDumps', 'path', (value) => backup.pruneDumps(value, 10)],
  ['createDatabase', 'database', (value) => postgres.createDatabase('postgres', value)],
  ['dropDatabase', 'database', (value) => postgres.dropDatabase('postgres', value)],
  ['askDatabase', 'database', (value) => postgres.askDatabase('postgres', value)],
  ['isReady', 'user', (value) => postgres.isReady(value, 'latchkey')],
  ['makeFolder', 'path', (value) => files.makeFolder(value)],
  ['writeFile', 'path', (value) => files.writeFile(value, '0600')],
  ['readFile', 'path', files.readFile],
  ['removeFile', 'path', files.removeFile],
  ['readFolder', 'path', files.readFolder],
  ['readFileIfThere', 'path', files.readFileIfThere],
  ['removeFolder', 'path', files.removeFolder],
  ['keepCopies', 'path', (value) => files.keepCopies(value, 'once', ['.env'])],
  ['keepCopies paths', 'path', (value) => files.keepCopies('/opt/kept', 'anew', [value])],
  ['bringBack', 'path', (value) => files.bringBack(value, ['.env'])],
  ['bringBack paths', 'path', (value) => files.bringBack('/opt/kept', [value])],
  ['moveFile', 'path', (value) => files.moveFile(value, '/opt/there')],
  ['moveFile to', 'path', (value) => files.moveFile('/opt/here', value)],
  ['removeFolder', 'path', files.removeFolder],
  ['moveFolder', 'path', (value) => files.moveFolder(value, '/opt/there')],
  ['moveFolder to', 'path', (value) => files.moveFolder('/opt/here', value)],
  ['emptyInto', 'path', (value) => files.emptyInto(value, '/opt/there')],
  ['emptyInto to', 'path', (value) => files.emptyInto('/opt/here', value)],
  ['makeHostKey', 'path', makeHostKey],
  ['isThere', 'path', files.isThere],
  ['freeDiskOf', 'path', files.freeDiskOf],
  ['makeRoom', 'path', (value) => lock.makeRoom(`${value}/lock`)],
  ['takeLock', 'path', (value) => lock.takeLock(value, TOKEN)],
  ['beatLock', 'path', (value) => lock.beatLock(value, TOKEN)],
  ['releaseLock', 'path', (value) => lock.releaseLock(value, TOKEN)],
  ['readLock', 'path', lock.readLock],
  ['whileOurs', 'path', (value) => lock.whileOurs(value, TOKEN, ['true'])],
  ['ssh host', 'host', (value) => sshWith({ host: value })],
  ['ssh user', 'user', (value) => sshWith({ user: value })],
  ['ssh key', 'path', (value) => sshWith({ keyFile: value })],
  ['ssh known hosts', 'path', (value) => sshWith({}, value)],
  ['signText', 'path', signature.signText],
  ['findSigners', 'path', (value) => signature.findSigners(value, '/run/sig')],
  ['findSigners signature', 'path', (value) => signature.findSigners('/home/one/signers', value)],
  ['verifyText', 'path', (value) => signature.verifyText(value, '/run/sig', 'ada')],
  ['verifyText signature', 'path', (value) => signature.verifyText('/home/one/signers', value, 'ada')],
  ['verifyText signer', 'signer', (value) => signature.verifyText('/home/one/signers', '/run/sig', value)],
  ['sshKeyscan', 'host', (value) => sshKeyscan(value, 22)],
]

function pair(value: string): Record<string, string> {
  const at = value.indexOf('=')
  return at === -1 ? { '': value } : { [value.slice(0, at)]: value.slice(at + 1) }
}

/** Something of each shape that nobody would refuse, and that occurs in no command by itself. */
export const BENIGN: Readonly<Record<Shape, string>> = {
  branch: 'benign-branch',
  commit: 'beefbeefbeef',
  container: 'benign-container',
  database: 'benign_database',
  duration: '4711',
  environment: 'BENIGN=one',
  host: 'benign-host',
  hostKey: '',
  image: 'benign:image',
  path: '/benign/path',
  port: '4711',
  repository: 'https://benign.example/repository.git',
  service: 'benign-service',
  signer: 'benign@example.com',
  user: 'benign-user',
}

import { ownFolder, reloadSshd, waitForFirstBoot } from '../commands/droplet.ts'
import type { RemoteShell } from '../deeds/remote-shell.ts'
import type { Command, Run } from '../deeds/run.ts'
import { Advice } from '../launch/advice.mjs'
import { sleep } from '../local/sleep.ts'
import type { Settings } from '../settings.ts'
import { renewHostKey } from './host-key.ts'
import type { Means } from './means.ts'
import type { Progress } from './progress.ts'

/** Whom the images of the provider let in before anybody has an account. */
const FIRST_USER = 'root'
const PATIENCE_MS = 300_000
const POLL_MS = 3000
/** What it did not like and could live with: cloud-init's own code for that. */
const DEGRADED = 2

type Around = { means: Means; progress: Progress; keyFile: string }

/** Once in a droplet's life: it has installed what it needs, has a key that nobody else ever saw, and a folder for us. */
export async function firstBoot(
  host: string,
  { DEPLOY_SSH_PORT: port, DEPLOY_SSH_USER: user, DEPLOY_PATH: place }: Settings,
  { means: { memory, openShell }, progress, keyFile }: Around,
): Promise<void> {
  const { firstKey, hostKey } = memory.known
  if (firstKey === undefined) return
  const { step } = progress
  const target = { host, port, user: FIRST_USER, keyFile }
  await using shell = await step('first sign-in', (onLine) =>
    reachAny(
      [hostKey, firstKey].filter((key) => key !== undefined),
      (key) => openShell({ ...target, hostKey: key }),
      onLine,
    ),
  )
  await step('first boot', async (onLine) => {
    const { code, stderr } = await shell.run(waitForFirstBoot(), { onLine })
    if (code !== 0 && code !== DEGRADED) throw failed('The droplet could not set itself up', stderr)
  })
  await step('host key', async () => {
    const keep = (line: string) => memory.remember({ hostKey: line })
    await renewHostKey(shell.run, { line: hostKey, keep })
    await insist(shell.run, reloadSshd())
  })
  await step('folder', () => insist(shell.run, ownFolder(place, user)))
  await memory.remember({ firstKey: undefined })
  progress.note(`Its host key, for deploy.env and for your colleagues:`)
  progress.note(`DEPLOY_HOST_KEY='${memory.known.hostKey ?? ''}'`)
}

/** sshd is the last to be there. Trying again costs nothing: without one of our keys nothing is ever sent. */
async function reachAny(
  keys: readonly string[],
  open: (key: string) => Promise<RemoteShell>,
  told: (line: string) => void,
): Promise<RemoteShell> {
  const until = Date.now() + PATIENCE_MS
  for (let round = 0; ; round += 1) {
    const shell = await open(keys[round % keys.length] ?? '')
    const reached = await shell.reach()
    if (reached.ok) return shell
    await shell[Symbol.asyncDispose]()
    if (Date.now() > until) throw reached.failure
    told(reached.failure.message.split('\n')[0] ?? '')
    if (round % keys.length === keys.length - 1) await sleep(POLL_MS)
  }
}

async function insist(run: Run, command: Command): Promise<void> {
  const { code, stderr } = await run(command)
  if (code !== 0) throw failed('The droplet cannot be made ready', stderr)
}

const failed = (what: string, stderr: string): Advice =>
  new Advice(
    `${what}: ${stderr.trim().split('\n').at(-1) ?? ''}`,
    'Next: look at /var/log/cloud-init-output.log there, and run the same again: what is made already is found again.',
  )

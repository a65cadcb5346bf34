import { randomUUID } from 'node:crypto'
import { beatLock, makeRoom, NOT_OURS, readLock, releaseLock, takeLock, whileOurs } from '../commands/lock.ts'
import { Advice } from '../launch/advice.mjs'
import { isAlive, nameOfProcess } from '../launch/process-table.mjs'
import type { Command, Run } from './run.ts'
import { type Held, heldOf, LockHeld, LockLost, type Owner } from './lock-holder.ts'

/** Who asks, and for what. */
export type Asker = Pick<Owner, 'operator' | 'host' | 'version' | 'mode' | 'message'>
/** Where the lock stands, and through what it is reached. `beatMs` and `staleAfterSeconds` are the tests' to shorten. */
export type LockPlace = { run: Run; path: string; beatMs?: number; staleAfterSeconds?: number }
export type DeployLock = AsyncDisposable & {
  owner: Owner
  /** Aborts when somebody has broken it: what it protected is not ours any more. */
  lost: AbortSignal
  /** Does a command if the lock is still ours, which is seen where it stands; LockLost from then on. */
  run: Run
  /** Gives it back, unless it is somebody else's by now. */
  release(): Promise<void>
}

const BEAT_MS = 10_000
/** Six beats: a laptop that loses its network for a moment keeps its lock. */
const STALE_AFTER_SECONDS = 60

/** The one lock of a droplet, or LockHeld, which says whose it is. */
export async function takeDeployLock(
  place: LockPlace,
  asker: Asker,
  { breaks = false }: { breaks?: boolean } = {},
): Promise<DeployLock> {
  await answerOf(place, makeRoom(place.path))
  const owner = ownerOf(asker)
  const held = await attempt(place, owner)
  if (!held) return keep(place, owner)
  const how = breaks ? 'broken' : isOurDead(held, owner, place) ? 'stale' : undefined
  if (!how) throw heldBy(held, place)
  const successor: Owner = {
    ...owner,
    instead: { how, silentSeconds: held.silentSeconds, owner: held.owner },
  }
  const faster = await attempt(place, successor, held, how === 'stale' ? staleAfter(place) : 0)
  if (faster) throw heldBy(faster, place)
  return keep(place, successor)
}

/** Who holds it, for those who only want to know. */
export const findLockHolder = async (place: LockPlace): Promise<Held | undefined> =>
  heldOf(await answerOf(place, readLock(place.path)))

/** The same, as somebody would hear it who wanted the lock. */
export const heldBy = (held: Held, place: LockPlace): LockHeld => new LockHeld(held, staleAfter(place))

const staleAfter = ({ staleAfterSeconds = STALE_AFTER_SECONDS }: LockPlace): number => staleAfterSeconds

const ownerOf = (asker: Asker): Owner => ({
  ...asker,
  token: randomUUID(),
  process: nameOfProcess(process.pid),
  started: new Date().toISOString(),
})

async function attempt(
  place: LockPlace,
  owner: Owner,
  instead?: Held,
  silence = 0,
): Promise<Held | undefined> {
  const command = takeLock(place.path, owner.token, instead?.token, silence)
  const answer = await answerOf(place, command, JSON.stringify(owner))
  return answer === 'taken' ? undefined : heldOf(answer)
}

/** Only here can be seen whether its process lives, so only what was begun here is ever taken over. */
const isOurDead = ({ owner, silentSeconds }: Held, me: Owner, place: LockPlace): boolean =>
  owner !== undefined &&
  owner.operator === me.operator &&
  owner.host === me.host &&
  silentSeconds >= staleAfter(place) &&
  !isAlive(owner.process)

function keep(place: LockPlace, owner: Owner): DeployLock {
  const { path } = place
  const lost = new AbortController()
  const beat = async () => {
    const { stdout } = await place.run(beatLock(path, owner.token))
    if (stdout.trim() === 'lost') lost.abort(new LockLost())
  }
  // A beat that does not arrive is no news: whatever is done next looks for itself.
  const pulse = setInterval(() => void beat().catch(() => {}), place.beatMs ?? BEAT_MS)
  const run: Run = async (command, { signal, ...options } = {}) => {
    lost.signal.throwIfAborted()
    const either = signal ? AbortSignal.any([lost.signal, signal]) : lost.signal
    const ran = await place.run(whileOurs(path, owner.token, command), { ...options, signal: either })
    if (ran.code === NOT_OURS) await beat()
    lost.signal.throwIfAborted()
    return ran
  }
  const release = async () => {
    clearInterval(pulse)
    if (!lost.signal.aborted) await answerOf(place, releaseLock(path, owner.token))
  }
  return { owner, lost: lost.signal, run, release, [Symbol.asyncDispose]: release }
}

async function answerOf({ run, path }: LockPlace, command: Command, stdin = ''): Promise<string> {
  const { code, stdout, stderr } = await run(command, { stdin })
  if (code === 0) return stdout.trimEnd()
  throw new Advice(
    `The lock ${path} cannot be worked with: ${stderr.trim().split('\n').at(-1) ?? ''} (code ${code}).`,
    'Next: see that its folder is ours to write on the droplet and that its disk is not full.',
  )
}

import { randomUUID } from 'node:crypto'
import { beatLock, makeRoom, readLock, releaseLock, takeLock } from '../commands/lock.ts'
import { Advice } from '../launch/advice.mjs'
import { isAlive, nameOfProcess } from '../launch/process-table.mjs'
import type { Command, Run } from './run.ts'
import { type Held, heldOf, LockHeld, type Owner } from './lock-holder.ts'

/** Who asks, and for what. */
export type Asker = Pick<Owner, 'operator' | 'host' | 'version' | 'mode' | 'message'>
/** Where the lock stands, and through what it is reached. `beatMs` and `staleAfterSeconds` are the tests' to shorten. */
export type LockPlace = { run: Run; path: string; beatMs?: number; staleAfterSeconds?: number }
export type DeployLock = AsyncDisposable & {
  owner: Owner
  /** Aborts when somebody has broken it: what it protected is not ours any more. */
  lost: AbortSignal
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
  const lost = new AbortController()
  const beat = async () => {
    const { stdout } = await place.run(beatLock(place.path, owner.token))
    if (stdout.trim() === 'lost') lost.abort(lockLost())
  }
  // A beat that does not arrive is no news: the next one may, and what is done under the lock fails by itself.
  const pulse = setInterval(() => void beat().catch(() => {}), place.beatMs ?? BEAT_MS)
  const release = async () => {
    clearInterval(pulse)
    if (!lost.signal.aborted) await answerOf(place, releaseLock(place.path, owner.token))
  }
  return { owner, lost: lost.signal, release, [Symbol.asyncDispose]: release }
}

const lockLost = (): Advice =>
  new Advice(
    'Somebody has broken our lock and deploys now. What we had begun is left as it is.',
    'Next: ask who it was (state/lock.history on the droplet keeps it), and run again when they are done.',
  )

async function answerOf({ run, path }: LockPlace, command: Command, stdin = ''): Promise<string> {
  const { code, stdout, stderr } = await run(command, { stdin })
  if (code === 0) return stdout.trimEnd()
  throw new Advice(
    `The lock ${path} cannot be worked with: ${stderr.trim().split('\n').at(-1) ?? ''} (code ${code}).`,
    'Next: see that its folder is ours to write on the droplet and that its disk is not full.',
  )
}

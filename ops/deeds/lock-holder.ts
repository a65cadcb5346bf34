import { z } from 'zod'
import { Advice } from '../launch/advice.mjs'

/** Shown to whoever is refused, so it brings no escape sequences to their terminal. */
const line = z.string().transform((text) => text.replaceAll(/\p{Cc}/gu, ' ').slice(0, 200))

const owner = z.object({
  token: z.uuid(),
  operator: line,
  host: line,
  /** Its number, with what tells it from a later one of that number. */
  process: line,
  started: line,
  version: line,
  mode: line,
  message: line,
})

/** Who holds the lock, as written into it. `instead` is whose it was before, if it was not free. */
export type Owner = z.infer<typeof owner> & {
  instead?: { how: 'stale' | 'broken'; silentSeconds: number; owner: Owner | undefined }
}
/** The lock as the droplet sees it, by its own clock. An owner that cannot be read is still somebody. */
export type Held = { token: string; silentSeconds: number; heldSeconds: number; owner: Owner | undefined }

/** From `held 4 180 <token>` and a line of JSON; undefined where it says that the lock is free. */
export function heldOf(answer: string): Held | undefined {
  const [head = '', ...rest] = answer.split('\n')
  const [, silent, held, token = ''] = /^held (-?\d+) (-?\d+) (\S+)$/.exec(head) ?? []
  if (silent === undefined) return undefined
  const read = owner.safeParse(parsed(rest.join('\n')))
  return {
    token,
    silentSeconds: Number(silent),
    heldSeconds: Number(held),
    owner: read.success ? read.data : undefined,
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Somebody else is at it. */
export class LockHeld extends Advice {
  readonly held: Held
  readonly isStale: boolean
  constructor(held: Held, staleAfterSeconds: number) {
    const isStale = held.silentSeconds >= staleAfterSeconds
    super(holderOf(held), lastHeard(held, isStale), nextStepOf(held, isStale))
    this.name = 'LockHeld'
    this.held = held
    this.isStale = isStale
  }
}

/** Somebody else is at it now, because they took it from us. */
export class LockLost extends Advice {
  constructor() {
    super(
      'Somebody has broken our lock and deploys now. What we had begun is left as it is.',
      'Next: ask who it was (state/lock.history on the droplet keeps it), and run again when they are done.',
    )
    this.name = 'LockLost'
  }
}

function holderOf({ owner, heldSeconds }: Held): string {
  if (!owner) return `Somebody has been deploying here for ${spanOf(heldSeconds)}; who it is cannot be read.`
  const { operator, host, process, mode, message, version } = owner
  const why = message ? `, "${message}"` : ''
  return `${operator} on ${host} (pid ${process.split('@')[0]}) has been deploying here for ${spanOf(heldSeconds)}: ${mode} of ${version}${why}.`
}

const lastHeard = ({ silentSeconds }: Held, isStale: boolean): string =>
  isStale
    ? `The lock is stale: nothing was heard of its holder for ${spanOf(silentSeconds)}.`
    : `Its last sign of life was ${spanOf(silentSeconds)} ago.`

const nextStepOf = ({ owner }: Held, isStale: boolean): string =>
  isStale
    ? `Next: see on ${owner?.host ?? 'their machine'} that it does not run any more, then the same again with --break-lock`
    : 'Next: wait until it is done and run the same again. Nothing was changed.'

const spanOf = (seconds: number): string =>
  seconds < 120 ? `${Math.max(0, seconds)} s` : `${Math.round(seconds / 60)} min`

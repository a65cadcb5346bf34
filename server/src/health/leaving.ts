import { Router } from 'express'
import { onlyInside } from '../http/only-inside.ts'

/** Whether this process is about to go: known to whoever shares requests out, before it takes no more of them. */
export type Leaving = { hasBegun: boolean }

const PATH = '/internal/ready'

/**
 * Not health: a database that is away is away from every process, and to go to another would not help. Only the
 * proxy that stands before us asks, and for itself, never on behalf of somebody.
 */
export function readyDoor({ leaving }: { leaving: Leaving }): Router {
  const door = Router({ caseSensitive: true, strict: true })
  door.all(PATH, onlyInside)
  door.get(PATH, (_req, res) => {
    res.status(leaving.hasBegun ? 503 : 200).json({ ready: !leaving.hasBegun })
  })
  return door
}

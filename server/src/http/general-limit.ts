import type { RequestHandler } from 'express'
import { BATCH_CALLS } from '@latchkey/shared/limits'
import type { Deps } from '../deps.ts'
import { clientAddressOf, countedAddress } from './client-address.ts'

/** The widest net, before anything is read or asked: how much one address may ask of us at all. */
export function generalLimit({ env, calls }: Pick<Deps, 'env' | 'calls'>): RequestHandler {
  const addressOf = clientAddressOf(env)
  return (req, _res, next) => {
    if (INSIDE.has(req.baseUrl)) return next()
    calls.countAny('address', countedAddress(addressOf(req)), callsIn(req.path))
    next()
  }
}

/** Probes of the network inside share an address, and never stop asking. */
const INSIDE = new Set(['/health', '/internal'])

/** A batch is as many calls as it names procedures; more than a batch may hold is refused further on. */
const callsIn = (path: string): number => Math.min(path.split(',').length, BATCH_CALLS + 1)

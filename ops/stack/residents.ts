import { isDeepStrictEqual } from 'node:util'
import type { Source } from '@latchkey/shared/env'
import { SLOTS } from '../deploy/stack-steps.ts'
import { Advice } from '../launch/advice.mjs'
import type { Resident, Street } from './shape.ts'

export type Residents = Readonly<Record<string, Resident>>

/** Both slots are one service in a swarm, which knows itself which of its servers are well. */
export const SERVER = 'server'

/** Without a profile, or with one that COMPOSE_PROFILES names. */
export function byProfile({ services }: Street, env: Source): { wanted: Residents; unwanted: string[] } {
  const chosen = (env['COMPOSE_PROFILES'] ?? '').split(',').map((one) => one.trim())
  const isWanted = ({ profiles }: Resident) =>
    profiles.length === 0 || profiles.some((one) => chosen.includes(one))
  const all = Object.entries(services)
  return {
    wanted: Object.fromEntries(all.filter(([, service]) => isWanted(service))),
    unwanted: all.filter(([, service]) => !isWanted(service)).map(([name]) => name),
  }
}

export function withOneServer(services: Residents): Residents {
  const slots = SLOTS.flatMap((slot) => services[slot] ?? [])
  if (slots.length < SLOTS.length || slots.some((slot) => !isDeepStrictEqual(slot, slots[0])))
    throw new Advice(
      `${SLOTS.join(' and ')} are not the same twice, and in a swarm they are one service.`,
      'Next: make them one again in compose.yaml, `server-b: *server`.',
    )
  if (services[SERVER])
    throw new Advice(
      `${SERVER} is what ${SLOTS.join(' and ')} become, and there is one already.`,
      'Next: give that service another name in compose.yaml.',
    )
  const isSlot = (name: string): boolean => SLOTS.some((slot) => slot === name)
  return Object.fromEntries(
    Object.entries(services)
      .filter(([name]) => name === SLOTS[0] || !isSlot(name))
      .map(([name, service]) => [isSlot(name) ? SERVER : name, service]),
  )
}

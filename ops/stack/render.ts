import { Scalar } from 'yaml'
import type { Source } from '@latchkey/shared/env'
import { SLOTS } from '../deploy/stack-steps.ts'
import { Advice } from '../launch/advice.mjs'
import { openConfigs, secretsOf } from './kept.ts'
import { addressesOf, networksIn, volumesIn } from './networks.ts'
import type { Place } from './place.ts'
import { byProfile, SERVER, withOneServer } from './residents.ts'
import { saidOf } from './said.ts'
import { type Surroundings, swarmServiceOf } from './service.ts'
import { readStreet, type Street } from './shape.ts'

export type StackWish = {
  /** `.env`: what compose.yaml asks of it, and which profiles are meant. */
  env: Source
  /** How many servers. */
  servers?: number
  /** What our image is called in a registry that every node reaches. */
  image?: string
}
/** For `docker stack deploy`, and what a person has to know that no stack can say. */
export type Stack = { stack: object; said: string[] }

/** A stack from the text of compose.yaml. What would be lost on the way is refused, or said. */
export function stackOf(text: string, wish: StackWish, place: Place): Stack {
  const street = readStreet(text, wish.env)
  const project = wish.env['COMPOSE_PROJECT_NAME'] || street.name
  const { wanted, unwanted } = byProfile(street, wish.env)
  const residents = withOneServer(wanted)
  const addresses = addressesOf(street, residents)
  const secrets = secretsOf(street, residents, { project, place })
  const configs = openConfigs({ project, place }, (name) => secrets.empty.includes(name))

  const surroundingsOf = (name: string): Surroundings => ({
    project,
    replicas: name === SERVER ? (wish.servers ?? SLOTS.length) : 1,
    aliases: name === SERVER ? SLOTS : [],
    imageOf: imagesOf(street, wish.image),
    networkOf: (address) => addresses.get(address),
    holds: (secret) => secret in secrets.kept,
    configsOf: (folder, target) => configs.of(name, folder, target),
  })
  const services = Object.fromEntries(
    Object.entries(residents).map(([name, one]) => [name, swarmServiceOf(one, surroundingsOf(name))]),
  )
  refuseTemplates(services)
  const stack = {
    version: '3.9',
    services,
    networks: networksIn(street, residents),
    volumes: volumesIn(residents),
    configs: configs.kept,
    secrets: secrets.kept,
  }
  const networks = [...new Set(addresses.values())]
  return {
    stack: escaped(stack) as object,
    said: saidOf({ project, unwanted, residents, empty: secrets.empty, networks }),
  }
}

/** What is built here is called by its name in the registry; all others have theirs already. */
function imagesOf({ services }: Street, name: string | undefined): (image: string) => string {
  const built = new Set(
    Object.values(services)
      .filter(({ build }) => build !== undefined)
      .map(({ image }) => image),
  )
  return (image) => (name !== undefined && built.has(image) ? `${name}:${image.split(':').at(-1)}` : image)
}

/** Swarm fills in templates of its own where compose reads plain words. */
function refuseTemplates(services: object): void {
  for (const [name, service] of Object.entries(services))
    if (JSON.stringify(service).includes('{{'))
      throw new Advice(
        `${name} is told something with {{ in it, which swarm would read as a template.`,
        'Next: change that value in .env or compose.yaml.',
      )
}

/** `docker stack deploy` would fill in names of its shell. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$')
  if (Array.isArray(value)) return value.map(escaped)
  if (typeof value !== 'object' || value === null || value instanceof Scalar) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, escaped(one)]))
}

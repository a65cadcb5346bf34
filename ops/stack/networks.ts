import { Advice } from '../launch/advice.mjs'
import type { Residents } from './residents.ts'
import { networksOf, partsOf } from './service.ts'
import type { Street } from './shape.ts'

/** Nobody is given an address of their own in a swarm; what was one is any of its network. */
export function addressesOf({ networks }: Street, residents: Residents): Map<string, string> {
  const given = Object.values(residents).flatMap(({ networks: mine }) =>
    Array.isArray(mine) ? [] : Object.entries(mine),
  )
  return new Map(
    given.map(([name, { ipv4_address: address }]) => {
      const subnet = networks[name]?.ipam?.config[0]?.subnet
      if (subnet) return [address, subnet]
      throw new Advice(
        `Somebody has an address in ${name}, which has no range.`,
        `Next: networks.${name}.ipam in compose.yaml.`,
      )
    }),
  )
}

export function networksIn({ networks }: Street, residents: Residents) {
  const used = new Set(Object.values(residents).flatMap(networksOf))
  return Object.fromEntries(
    [...used].map((name) => {
      const network = networks[name]
      if (!network)
        throw new Advice(`There is no network ${name}.`, 'Next: name it under `networks` of compose.yaml.')
      const subnet = network.ipam?.config[0]?.subnet
      return [
        name,
        {
          driver: 'overlay',
          ...(network.internal && { internal: true }),
          // What goes between two nodes goes over a wire that is not ours.
          driver_opts: { encrypted: '' },
          ...(subnet && { ipam: { config: [{ subnet }] } }),
        },
      ]
    }),
  )
}

export const volumesIn = (residents: Residents) =>
  Object.fromEntries(
    Object.values(residents)
      .flatMap(({ volumes }) => volumes.map(partsOf))
      .filter(({ source }) => !source.startsWith('./'))
      .map(({ source }) => [source, {}]),
  )

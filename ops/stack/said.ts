import { hasHome } from './service.ts'
import type { Residents } from './residents.ts'

type Facts = {
  project: string
  unwanted: string[]
  residents: Residents
  empty: string[]
  networks: string[]
}

/** What a person has to know or do, since no stack can say it. */
export function saidOf({ project, unwanted, residents, empty, networks }: Facts): string[] {
  const all = Object.entries(residents)
  const homes = all.filter(([, service]) => hasHome(service)).map(([name]) => name)
  const isBuilt = all.some(([, { build }]) => build !== undefined)
  const isTight = all.some(([, { security_opt: options }]) => options.length > 0)
  const lines: [isSo: boolean, says: string][] = [
    [
      homes.length > 0,
      `${homes.join(', ')} run where their volumes and ports are: give one node the label ${project}.home=true.`,
    ],
    [isTight, 'security_opt has no place here: {"no-new-privileges": true} in the daemon.json of each node.'],
    [isBuilt, 'Nothing is built here: every node has to have the image, or get it from a registry.'],
    ...networks.map((network): [boolean, string] => [
      true,
      `Nobody has a fixed address: all of ${network} is taken for the gate.`,
    ]),
    [unwanted.length > 0, `Left out, since COMPOSE_PROFILES does not name them: ${unwanted.join(', ')}.`],
    [empty.length > 0, `Left out, since they are empty: ${empty.join(', ')}.`],
  ]
  return lines.filter(([isSo]) => isSo).map(([, says]) => says)
}

import { parseEnv } from 'node:util'
import { bringBack, keepCopies, listFolder, removeFolder } from '../commands/files.ts'
import { userSecret } from '../edge/middlewares.ts'
import { findFile } from './find-file.ts'
import type { Ground } from './ground.ts'
import { insist } from './insist.ts'
import type { Release } from './releases.ts'
import { EDGE_FOLDER, STACK_ENV, stackEnvOf, writeStackEnv } from './stack-files.ts'

/** What a deploy replaces beside the checkout, kept with each release. What is secret is kept where all secrets are. */
const ROOMS = [
  { room: 'state/kept', paths: [STACK_ENV, EDGE_FOLDER] },
  { room: 'secrets/kept', paths: [userSecret('admin'), userSecret('ops')].map((name) => `secrets/${name}`) },
] as const

/** One commit may run twice, with other settings. */
const nameOf = ({ tag, at }: Release): string => `${tag}-${at.replaceAll(/[-:]|\.\d+/g, '')}`
const NAME = /^[0-9a-f]{12}-\d{8}T\d{6}Z$/

/** Once it is known to be good, and at the latest before something else takes its place. */
export async function keep(ground: Ground, release: Release, manner: 'once' | 'anew'): Promise<void> {
  for (const { room, paths } of ROOMS)
    await insist(ground, 'What runs cannot be kept', keepCopies(`${room}/${nameOf(release)}`, manner, paths))
}

export async function bringAllBack(ground: Ground, release: Release): Promise<void> {
  for (const { room, paths } of ROOMS)
    await insist(
      ground,
      `What ${release.tag} ran with cannot be brought back`,
      bringBack(`${room}/${nameOf(release)}`, paths),
    )
}

/** What the edge is told, and what the servers are told of it. */
const OF_EDGE = ['EDGE_ADDRESS', 'EDGE_SUBNET', 'EDGE_RANGE', 'EDGE_STAMP', 'ALLOWED_HOSTS']

/** The settings of a release, beside an edge that stays: another one could ask for certificates that nobody has typed a host for. */
export async function bringSettingsBack(ground: Ground, release: Release): Promise<void> {
  const kept = await findEnv(ground, `state/kept/${nameOf(release)}/${STACK_ENV}`)
  const now = await findEnv(ground, STACK_ENV)
  const { settings, processSettings } = ground
  if (!kept) ground.progress.note(`What ${release.tag} ran with was not kept: it gets the settings of today.`)
  const values = Object.entries(kept ?? stackEnvOf(settings, processSettings, release.tag))
  const ofEdge = Object.entries(now ?? {}).filter(([key]) => OF_EDGE.includes(key))
  await writeStackEnv(ground, {
    ...Object.fromEntries(values.filter(([key]) => !now || !OF_EDGE.includes(key))),
    ...Object.fromEntries(ofEdge),
  })
}

async function findEnv(ground: Ground, path: string): Promise<Record<string, string> | undefined> {
  const text = await findFile(ground, path)
  return text === undefined ? undefined : (parseEnv(text) as Record<string, string>)
}

/** What was kept of releases that nobody would go back to. */
export async function forgetKept({ run }: Ground, releases: readonly Release[]): Promise<void> {
  const names = releases.map(nameOf)
  for (const { room } of ROOMS) {
    const there = (await run(listFolder(room))).stdout.split('\n')
    const old = there.filter((name) => NAME.test(name) && !names.includes(name))
    for (const name of old) await run(removeFolder(`${room}/${name}`))
  }
}

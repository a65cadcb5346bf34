import { createHash } from 'node:crypto'
import { Scalar } from 'yaml'
import { Advice } from '../launch/advice.mjs'
import type { Place, PlacedFile } from './place.ts'
import type { Residents } from './residents.ts'
import type { Street } from './shape.ts'

/** What swarm keeps for a service, under a name that it has once and for ever. */
type Kept = { name: string; file: string }

export type Secrets = { kept: Record<string, Kept>; empty: string[] }

/** A changed secret is a new one. Its name says when it was written: anything of its text would help to guess it. */
export function secretsOf(street: Street, residents: Residents, { project, place }: Where): Secrets {
  const names = [...new Set(Object.values(residents).flatMap(({ secrets }) => secrets))]
  const found = names.map((name) => {
    const file = street.secrets[name]?.file
    return { name, file: file ?? name, secret: file === undefined ? undefined : place.secret(file) }
  })
  const missing = found.filter(({ secret }) => secret === undefined).map(({ file }) => file)
  if (missing.length > 0)
    throw new Advice(
      `Secrets are not there: ${missing.join(', ')}.`,
      'Next: npm run gen-secrets -- --write secrets, or this same command where they are.',
    )
  const filled = found.flatMap(({ name, file, secret }) =>
    secret && !secret.isEmpty
      ? [[name, { name: `${project}_${name}_${versionOf(secret.writtenAt)}`, file: `./${file}` }] as const]
      : [],
  )
  return {
    kept: Object.fromEntries(filled),
    empty: found.filter(({ secret }) => secret?.isEmpty).map(({ name }) => name),
  }
}

export type Where = { project: string; place: Place }
type Config = { source: string; target: string; mode?: Scalar<number> }
export type Configs = {
  kept: Record<string, Kept>
  /** Each file of a folder that a service has mounted, where it has it. */
  of(service: string, folder: string, target: string): Config[]
}

export function openConfigs({ project, place }: Where, isEmpty: (secret: string) => boolean): Configs {
  const kept: Record<string, Kept> = {}
  return {
    kept,
    of: (service, folder, target) =>
      filesOf(place, folder).map((file) => {
        refuseUnfit(folder, file, isEmpty)
        const source = `${service}-${file.path.replaceAll('/', '-')}`
        const name = shortened(`${project}_${source}`, digestOf(`${source}\n${file.text}`))
        kept[source] = { name, file: `${folder}/${file.path}` }
        return { source, target: `${target}/${file.path}`, ...(file.isProgram && { mode: octal(0o555) }) }
      }),
  }
}

function filesOf(place: Place, folder: string): PlacedFile[] {
  const files = place.files(folder)
  if (files.length > 0) return files
  throw new Advice(
    `${folder} has no files, and a service wants them.`,
    'Next: for Traefik npm run edge -- --settings FILE --write traefik/rendered, else git checkout -- containers',
  )
}

/** Engines before 25 take no larger config. */
const MOST_BYTES = 500_000

function refuseUnfit(folder: string, { path, text }: PlacedFile, isEmpty: (secret: string) => boolean): void {
  const where = `${folder}/${path}`
  if (text === '' || Buffer.byteLength(text) > MOST_BYTES)
    throw new Advice(
      `${where} has ${Buffer.byteLength(text)} bytes, and swarm keeps 1 to ${MOST_BYTES} of them.`,
      'Next: split it, or take it out of the folder.',
    )
  const wanted = [...text.matchAll(/\/run\/secrets\/(\w+)/g)].map(([, name = '']) => name).find(isEmpty)
  if (wanted !== undefined)
    throw new Advice(
      `${where} asks for the secret ${wanted}, which is empty, and swarm keeps no empty one.`,
      `Next: fill it in secrets/, or make ${folder} without what asks for it.`,
    )
}

const versionOf = (at: Date): string => at.toISOString().replace(/[-:]|\.\d+Z/g, '')
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12)

/** Swarm takes no longer name, and the end of it is what tells one from another. */
const LONGEST = 64
const shortened = (name: string, digest: string): string =>
  `${name.slice(0, LONGEST - digest.length - 1)}_${digest}`

/** Written in the way that says what it is. */
const octal = (mode: number): Scalar<number> => Object.assign(new Scalar(mode), { format: 'OCT' })

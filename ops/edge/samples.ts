import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from '../launch/places.mjs'
import { edgeOf, type EdgeFile, filesOf } from './render.ts'
import type { EdgeSettings } from './settings.ts'

/** What the edge looks like in each place, to be read by people and compared by a test. */
export const SAMPLES = join(ROOT, 'traefik/samples')

const guard = {
  allowlist: ['203.0.113.7/32', '2001:db8:7::/48'],
  basicAuth: 'operator:$2y$12$abcdefghijklmnopqrstuuWdO9WQyWzVqTn1JqkYyTtqgZ0oWJ9bC',
}
const anywhere = {
  acmeEmail: 'operator@example.com',
  admin: { label: 'admin', ...guard },
  serverPort: 8000,
  slots: ['server-a', 'server-b'],
  trustedIps: [],
}

export type SampleName = keyof typeof SAMPLE_SETTINGS
export const SAMPLE_SETTINGS = {
  local: { ...anywhere, env: 'local', websiteDomain: 'localhost' },
  staging: {
    ...anywhere,
    env: 'staging',
    websiteDomain: 'staging.example.com',
    ops: { jobsUi: 'jobs', dbUi: 'db', traefik: 'traefik', ...guard },
  },
  prod: {
    ...anywhere,
    env: 'prod',
    websiteDomain: 'example.com',
    ops: { jobsUi: 'jobs', dbUi: 'db', traefik: 'traefik', ...guard },
  },
} satisfies Record<string, EdgeSettings>
export const SAMPLE_NAMES = Object.keys(SAMPLE_SETTINGS) as SampleName[]

/** The sample of prod is the one with real certificates, as if its host had been typed. */
export const sampleEdge = (name: SampleName) =>
  edgeOf(SAMPLE_SETTINGS[name], name === 'prod' ? SAMPLE_SETTINGS.prod.websiteDomain : undefined)

export const samples = (): EdgeFile[] =>
  SAMPLE_NAMES.flatMap((name) =>
    filesOf(sampleEdge(name)).map(({ path, text }) => ({ path: `${name}/${path}`, text })),
  )

export function keptSamples(): EdgeFile[] {
  if (!existsSync(SAMPLES)) return []
  return readdirSync(SAMPLES, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.yml'))
    .map((path) => ({ path, text: readFileSync(join(SAMPLES, path), 'utf8') }))
}

export function writeSamples(): void {
  rmSync(SAMPLES, { recursive: true, force: true })
  writeFiles(SAMPLES, samples())
}

export function writeFiles(folder: string, files: EdgeFile[]): void {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

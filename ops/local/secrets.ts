import { randomBytes } from 'node:crypto'
import { chmod, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Advice } from '../launch/advice.mjs'

/** Made once and kept beside the data that they open. `OWNER` and the like are the passwords of database roles. */
export type Secrets = Readonly<Record<(typeof NAMES)[number], string>>

const NAMES = [
  'SESSION_SECRET',
  'TOKEN_PEPPER',
  'ENCRYPTION_KEYS',
  'OWNER',
  'APP',
  'JOBS',
  'READONLY',
] as const

export async function ensureSecrets(dataDir: string): Promise<Secrets> {
  const path = join(dataDir, 'secrets.json')
  const kept = await readFile(path, 'utf8').catch(() => undefined)
  if (kept === undefined) return keep(path, make())
  await chmod(path, 0o600)
  return parse(path, kept)
}

function make(): Secrets {
  const random = () => randomBytes(32).toString('base64url')
  const keys = { v1: randomBytes(32).toString('base64') }
  const passwords = { OWNER: random(), APP: random(), JOBS: random(), READONLY: random() }
  return {
    SESSION_SECRET: random(),
    TOKEN_PEPPER: random(),
    ENCRYPTION_KEYS: JSON.stringify(keys),
    ...passwords,
  }
}

async function keep(path: string, made: Secrets): Promise<Secrets> {
  await writeFile(`${path}.new`, `${JSON.stringify(made, undefined, 2)}\n`, { mode: 0o600 })
  await rename(`${path}.new`, path)
  return made
}

function parse(path: string, text: string): Secrets {
  const kept = asObject(text)
  if (NAMES.every((name) => typeof kept[name] === 'string')) return kept as Secrets
  throw new Advice(
    `${path} holds something else than the secrets that a first start made.`,
    'Next: bring the file back, or forget the local data with: npm run reset',
  )
}

function asObject(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>
  } catch {
    return {}
  }
}

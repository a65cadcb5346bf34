import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { Source } from '@latchkey/shared/env'
import { ROOT } from '../launch/places.mjs'

/** What this machine knows by itself. Nothing of it has to be right: what is asked may run elsewhere. */
export type Machine = { dataDir: string; secrets: string[] }

const SECRET_NAME = /SECRET|PASSWORD|PASS$|TOKEN|PEPPER|KEYS?$|DATABASE_URL|REDIS_URL|BASIC_AUTH/
/** A switch that is called like a secret must not take the word out of every sentence. */
const NO_SECRET = /^(|true|false|null|yes|no|on|off|\d+)$/

export function readMachine(environment: Source): Machine {
  const given: Source = { ...parseEnv(textOf(join(ROOT, '.env'))), ...environment }
  const dataDir = resolve(ROOT, given['DATA_DIR'] ?? '.data')
  const named = Object.entries(given).filter(([name]) => SECRET_NAME.test(name))
  const all = [...named.map(([, value]) => value ?? ''), ...madeHere(dataDir)]
  return { dataDir, secrets: all.filter((value) => !NO_SECRET.test(value)) }
}

/** By the first start of a local run. */
function madeHere(dataDir: string): string[] {
  try {
    const made: unknown = JSON.parse(textOf(join(dataDir, 'secrets.json')))
    return Object.values(Object(made) as object).filter((value) => typeof value === 'string')
  } catch {
    return []
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

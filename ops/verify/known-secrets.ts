import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSettings } from '../local/settings.ts'

const SECRET_NAME = /SECRET|PASSWORD|PASS$|TOKEN|PEPPER|KEYS?$|DATABASE_URL|REDIS_URL|BASIC_AUTH/
/** A switch that is called like a secret must not take the word out of every sentence. */
const NO_SECRET = /^(|true|false|null|yes|no|on|off|\d+)$/

/** Whatever stands under the name of a secret in the environment or in .env, and what the local run made for itself. */
export async function knownSecrets(): Promise<string[]> {
  const { given, dataDir } = readSettings(process.env)
  const own = await readFile(join(dataDir, 'secrets.json'), 'utf8').catch(() => '{}')
  const named = Object.entries({ ...process.env, ...given }).filter(([name]) => SECRET_NAME.test(name))
  return [
    ...named.map(([, value]) => value ?? ''),
    ...Object.values(JSON.parse(own) as Record<string, string>),
  ].filter((value) => !NO_SECRET.test(value))
}

import { ENV_KEYS, type Source } from '@latchkey/shared/env'
import { SECRET_KEYS } from '@latchkey/shared/secret-files'
import { makeFolder, writeFile } from '../commands/files.ts'
import { adminHostOf } from '../edge/names.ts'
import type { Settings } from '../settings.ts'
import type { Ground } from './ground.ts'
import { edgePartsOf, edgeSettingsOf, edgeStampOf } from './edge-settings.ts'
import { insist } from './insist.ts'

/** What compose.yaml itself asks of `.env`, beside the settings of the processes. */
const STACK_KEYS = [
  'EDGE_ADDRESS',
  'EDGE_SUBNET',
  'EDGE_RANGE',
  'COMPOSE_FILE',
  'COMPOSE_PROFILES',
  'COMPOSE_PROJECT_NAME',
] as const
export const isSecret = (key: string): boolean => SECRET_KEYS.some((secret) => secret === key)
const PROCESS_KEYS: readonly string[] = ENV_KEYS.filter((key) => !isSecret(key))

/** Whether it gets anywhere from the operator's file. */
export const isPassed = (key: string): boolean => [...PROCESS_KEYS, ...STACK_KEYS].includes(key)

/** `.env` beside compose.yaml: which image, for which name, and whatever else the operator has set. No secret. */
export function stackEnvOf(settings: Settings, given: Source, tag: string): Record<string, string> {
  const passed = [...PROCESS_KEYS, ...STACK_KEYS].flatMap((key) => {
    const value = given[key]?.trim()
    return value ? [[key, value] as const] : []
  })
  return {
    COMPOSE_PROFILES: 'edge',
    PUBLIC_URL: `https://${settings.WEBSITE_DOMAIN}`,
    ...Object.fromEntries(passed),
    ...allowedHostsOf(settings, given),
    ENV: settings.ENV,
    IMAGE_TAG: tag,
  }
}

/** The edge passes the admin host on to the servers, which answer to no name that they were not told. */
function allowedHostsOf(settings: Settings, { ALLOWED_HOSTS: given = '' }: Source) {
  const admin = adminHostOf(edgeSettingsOf(settings))
  const all = [...given.split(',').map((host) => host.trim()), admin].filter(Boolean)
  return admin ? { ALLOWED_HOSTS: [...new Set(all)].join(',') } : {}
}

/** Beside compose.yaml, where it is looked for. */
export const STACK_ENV = '.env'

/** As the operator's settings are today. */
export const writeTodaysEnv = (ground: Ground, tag: string): Promise<void> =>
  writeStackEnv(ground, {
    ...stackEnvOf(ground.settings, ground.processSettings, tag),
    EDGE_STAMP: edgeStampOf(edgePartsOf(ground.settings, ground.typedHost)),
  })

export async function writeStackEnv(ground: Ground, values: Readonly<Record<string, string>>): Promise<void> {
  await insist(ground, 'The settings of the stack cannot be written', writeFile(STACK_ENV, '0600'), {
    stdin: linesOfEnv(values),
  })
}

export const linesOfEnv = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${quoted(value)}\n`)
    .join('')

/** As compose reads it: between single quotes everything stands for itself. */
const quoted = (value: string): string => `'${value}'`

/** What compose has no way to say between them, or would read as something else. */
export const isQuotable = (value: string): boolean => !/['\p{Cc}]|\\$/u.test(value.trim())

/** In the checkout; the folder that the container of Traefik is given. */
export const EDGE_FOLDER = 'traefik/rendered'

/** Traefik's files, whole each time. */
export async function writeEdge(
  ground: Ground,
  files: readonly { path: string; text: string }[],
): Promise<void> {
  await insist(ground, 'The folder of the edge cannot be made', makeFolder(`${EDGE_FOLDER}/dynamic`, '0755'))
  for (const { path, text } of files)
    await insist(
      ground,
      `The edge's ${path} cannot be written`,
      writeFile(`${EDGE_FOLDER}/${path}`, '0644'),
      {
        stdin: text,
      },
    )
}

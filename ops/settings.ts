import { BRAND } from '@latchkey/shared/brand'
import type { Source } from '@latchkey/shared/env'
import { Secret } from '@latchkey/shared/secret'
import { noFiles, type ReadFile, withSecretFiles } from '@latchkey/shared/secret-files'
import { z } from 'zod'
import * as shape from './shapes.ts'

/** What the operator says about a deploy: `deploy.env` and the environment. `deploy.env.example` mirrors it. */
export type Settings = Readonly<z.infer<typeof fields>>
export type ReadSettings = { ok: true; settings: Settings } | { ok: false; problems: string[] }

const secret = (what: z.ZodType<string>) => what.transform((value) => new Secret(value))
const networks = z
  .string()
  .max(2000, 'must be shorter')
  .transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )
  .pipe(z.array(shape.network))
const port = z
  .string()
  .regex(/^[1-9]\d{0,4}$/, 'must be a port number')
  .transform(Number)
  .refine((value) => value <= 65_535, 'must be a port number')

const fields = z.object({
  ENV: z.enum(['staging', 'prod'], 'must be staging or prod'),
  WEBSITE_DOMAIN: shape.domain,
  ACME_EMAIL: shape.emailAddress,

  ADMIN_DNS_LABEL: shape.dnsLabel.default('admin'),
  ADMIN_ALLOWLIST: networks.default([]),
  ADMIN_BASIC_AUTH: secret(shape.basicAuth).optional(),
  JOBS_UI_DNS_LABEL: shape.dnsLabel.optional(),
  DB_UI_DNS_LABEL: shape.dnsLabel.optional(),
  TRAEFIK_DNS_LABEL: shape.dnsLabel.optional(),
  OPS_ALLOWLIST: networks.default([]),
  OPS_BASIC_AUTH: secret(shape.basicAuth).optional(),

  DO_APP_BRANCH: shape.branch.default('main'),
  DO_API_TOKEN: secret(shape.secretToken).optional(),
  DO_API_URL: shape.apiOrigin.default('https://api.digitalocean.com'),
  DO_DROPLET_NAME: shape.slug.default(BRAND.slug),
  DO_REGION: shape.slug.default('fra1'),
  DO_SIZE: shape.slug.default('s-2vcpu-4gb'),
  DO_IMAGE: shape.slug.default('debian-13-x64'),
  DO_SSH_KEY_NAME: shape.keyName.optional(),

  DEPLOY_HOST: shape.hostOrAddress.optional(),
  DEPLOY_SSH_USER: shape.userName.default('deploy'),
  DEPLOY_SSH_PORT: port.default(22),
  DEPLOY_SSH_KEY_FILE: shape.localPath.optional(),
  DEPLOY_HOST_KEY: shape.hostKey.optional(),
  DEPLOY_PATH: shape.remotePath.default(`/opt/${BRAND.slug}`),
  DEPLOY_REPOSITORY: shape.repository.optional(),
})

type Refusal = { key: keyof Settings; when: (settings: Settings) => boolean; says: string }

const OPS_LABELS = ['JOBS_UI_DNS_LABEL', 'DB_UI_DNS_LABEL', 'TRAEFIK_DNS_LABEL'] as const
const LABELS = ['ADMIN_DNS_LABEL', ...OPS_LABELS] as const
const showsOps = (settings: Settings): boolean => OPS_LABELS.some((key) => settings[key] !== undefined)

/** Right each by itself, and wrong together. */
const REFUSALS: readonly Refusal[] = [
  {
    key: 'ADMIN_BASIC_AUTH',
    when: (settings) => settings.ADMIN_ALLOWLIST.length > 0 && settings.ADMIN_BASIC_AUTH === undefined,
    says: 'is missing; it comes with ADMIN_ALLOWLIST',
  },
  {
    key: 'ADMIN_ALLOWLIST',
    when: (settings) => settings.ADMIN_BASIC_AUTH !== undefined && settings.ADMIN_ALLOWLIST.length === 0,
    says: 'is missing; it comes with ADMIN_BASIC_AUTH: npm run update-allowlist',
  },
  {
    key: 'OPS_BASIC_AUTH',
    when: (settings) => showsOps(settings) && settings.OPS_BASIC_AUTH === undefined,
    says: `is missing; ${OPS_LABELS.join(', ')} are behind it`,
  },
  {
    key: 'OPS_ALLOWLIST',
    when: (settings) => showsOps(settings) && settings.OPS_ALLOWLIST.length === 0,
    says: `is missing; ${OPS_LABELS.join(', ')} are behind it`,
  },
  ...OPS_LABELS.map((key): Refusal => ({
    key,
    when: (settings) => settings.ENV === 'prod' && settings[key] !== undefined,
    says: 'must be left out with ENV=prod',
  })),
  ...LABELS.map((key, at): Refusal => ({
    key,
    when: (settings) =>
      settings[key] === 'www' ||
      LABELS.slice(0, at).some((other) => settings[key] !== undefined && settings[key] === settings[other]),
    says: 'must be a name of its own',
  })),
]

const schema = fields.superRefine((settings, context) => {
  for (const { key, when, says } of REFUSALS)
    if (when(settings)) context.addIssue({ code: 'custom', path: [key], message: says })
})

export const SETTING_KEYS = Object.keys(fields.shape) as (keyof Settings)[]

/** Those that may come as `<NAME>_FILE` instead. */
export const SECRET_SETTING_KEYS = ['DO_API_TOKEN', 'ADMIN_BASIC_AUTH', 'OPS_BASIC_AUTH'] as const

/** Pure, but for the files that `readFile` may read for it. */
export function readSettings(source: Source, readFile: ReadFile = noFiles): ReadSettings {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim()))
  const { source: whole, problems, failed } = withSecretFiles(given, readFile, SECRET_SETTING_KEYS)
  const result = schema.safeParse(whole)
  if (result.success && problems.length === 0) return { ok: true, settings: Object.freeze(result.data) }
  const told = (result.error?.issues ?? [])
    .map(({ path: [key], message }) => ({ key: String(key), message }))
    .filter(({ key }) => !failed.includes(key))
    .map(({ key, message }) => `${key} ${key in whole || isAbsence(message) ? message : 'is missing'}`)
  return { ok: false, problems: [...new Set([...problems, ...told])] }
}

const isAbsence = (message: string): boolean => message.startsWith('is missing')

/** The operator's own, whichever way they came. */
export const secretsOf = (settings: Settings): string[] =>
  Object.values(settings).flatMap((value) => (value instanceof Secret ? [value.reveal()] : []))

import { createHash } from 'node:crypto'
import { edgeOf, edgeSecretsOf, type EdgeFile, filesOf } from '../edge/render.ts'
import { toolHostOf } from '../edge/names.ts'
import { type EdgeSettings, toolsOf } from '../edge/settings.ts'
import type { Settings } from '../settings.ts'
import { SLOTS } from './stack-steps.ts'

/** What of the operator's settings the edge is made from. */
export function edgeSettingsOf(settings: Settings): EdgeSettings {
  const { ADMIN_BASIC_AUTH: adminUsers, OPS_BASIC_AUTH: opsUsers } = settings
  return {
    env: settings.ENV,
    websiteDomain: settings.WEBSITE_DOMAIN,
    acmeEmail: settings.ACME_EMAIL,
    admin: adminUsers && {
      label: settings.ADMIN_DNS_LABEL,
      allowlist: settings.ADMIN_ALLOWLIST,
      basicAuth: adminUsers.reveal(),
    },
    ops: opsUsers && {
      allowlist: settings.OPS_ALLOWLIST,
      basicAuth: opsUsers.reveal(),
      jobsUi: settings.JOBS_UI_DNS_LABEL,
      dbUi: settings.DB_UI_DNS_LABEL,
      traefik: settings.TRAEFIK_DNS_LABEL,
    },
    serverPort: 8000,
    slots: SLOTS,
    trustedIps: [],
  }
}

/** Where the jobs' dashboard answers, if it does at all. */
export function jobsHostOf(settings: Settings): string | undefined {
  const edge = edgeSettingsOf(settings)
  return toolsOf(edge).includes('jobsUi') ? toolHostOf(edge, 'jobsUi') : undefined
}

export type EdgeParts = { files: EdgeFile[]; secrets: Record<string, string> }

export function edgePartsOf(settings: Settings, typedHost: string | undefined): EdgeParts {
  const edge = edgeSettingsOf(settings)
  return { files: filesOf(edgeOf(edge, typedHost)), secrets: edgeSecretsOf(edge) }
}

/** What Traefik reads once: it is started anew where this differs. The folder that it watches is no part of it. */
export function edgeStampOf({ files, secrets }: EdgeParts): string {
  const fixed = files.filter(({ path }) => path === 'traefik.yml').map(({ text }) => text)
  const told = JSON.stringify([fixed, secrets])
  return createHash('sha256').update(told).digest('hex').slice(0, 16)
}

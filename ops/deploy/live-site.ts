import type { Trip } from '../probes/probe.ts'
import { openSite, type Site } from '../probes/site.ts'
import { smoke } from '../probes/smoke.ts'
import type { Certificates } from './certificates.ts'
import type { DeploySettings } from './read-settings.ts'

/** What people type. Where there is no TLS, its name leads there by itself. */
export const originOf = ({ settings, processSettings }: DeploySettings): string =>
  processSettings['PUBLIC_URL'] ?? `https://${settings.WEBSITE_DOMAIN}`

/** The certificate for tries is shown to us as to everybody: tlsAcmeGuard alone says what is wrong with it. */
export function openLiveSite(read: DeploySettings, address: string, { areReal }: Certificates): Site {
  const origin = originOf(read)
  const trustsAnybody = !areReal
  return openSite({ origin, trustsAnybody, ...(origin.startsWith('https:') && { address }) })
}

/** R25: the few questions without whose answers nothing stays. */
export async function isGood(site: Site): Promise<{ ok: boolean; because: string }> {
  const { verdict, because } = await smoke.ask({ site: site.apart(), hasEdge: true } as Trip)
  return { ok: verdict !== 'fail', because }
}

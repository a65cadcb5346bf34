import { asksForReal } from '../edge/certificates.ts'
import { siteOf } from '../edge/names.ts'
import { Unusable } from '../unusable.ts'
import { edgeSettingsOf } from './edge-settings.ts'
import { findFile } from './find-file.ts'
import type { Ground } from './ground.ts'
import type { Place } from './place.ts'
import { namesToCertify, type Outside, theWorld } from './real-certificates.ts'
import { EDGE_FOLDER } from './stack-files.ts'
import type { Given } from './tool.ts'

/** Whether browsers are to believe what the site shows, and the names for which certificates have to be had first. */
export type Certificates = { areReal: boolean; toAskFor: readonly string[] }

/** O6: what would make a certificate fail, or take it away, is said before anything is touched. */
export async function lookAtCertificates(
  ground: Ground,
  { address }: Pick<Place, 'address'>,
  { rollback }: Pick<Given, 'rollback'>,
  outside = theWorld,
): Promise<Certificates> {
  const areThere = await areRealThere(ground, address, outside)
  if (rollback) return { areReal: areThere, toAskFor: [] }
  if (areThere && ground.typedHost === undefined) refuseUntyped(ground)
  return {
    areReal: ground.typedHost !== undefined,
    toAskFor: await namesToCertify(ground, address, outside),
  }
}

/** Traefik has been sent to the directory that counts, or its certificate is shown already. */
async function areRealThere(ground: Ground, address: string, outside: Outside): Promise<boolean> {
  const told = await findFile(ground, `${EDGE_FOLDER}/traefik.yml`)
  if (told !== undefined && asksForReal(told)) return true
  const { settings } = ground
  return settings.ENV === 'prod' && outside.isCertified(siteOf(edgeSettingsOf(settings)), address)
}

function refuseUntyped({ settings: { ENV, WEBSITE_DOMAIN: host } }: Ground): void {
  throw new Unusable(
    `${host} has a certificate that counts, and this run would put one for tries in its place: browsers that were there would not come in any more.`,
    ENV === 'prod'
      ? `Next: the same again with --typed-host ${host}. Nothing was changed.`
      : `Next: ENV=prod and --typed-host ${host}, or another WEBSITE_DOMAIN for ${ENV}. Nothing was changed.`,
  )
}

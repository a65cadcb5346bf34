import type { Resolver } from './configuration.ts'
import { Unusable } from '../unusable.ts'
import type { EdgeSettings } from './settings.ts'

/** The only place that knows where real certificates come from: five failed tries there cost an hour. */
export const DIRECTORIES = {
  'le-staging': 'https://acme-staging-v02.api.letsencrypt.org/directory',
  le: 'https://acme-v02.api.letsencrypt.org/directory',
} as const

export type Certificates = { name: keyof typeof DIRECTORIES; resolver: Resolver }

/**
 * Who makes the certificates, or nobody. The directory that counts is reached in one way only: ENV=prod, and the host
 * typed once more by whoever deploys. Without that even prod asks the one for tries.
 */
export function certificatesOf(settings: EdgeSettings, typedHost?: string): Certificates | undefined {
  const { env, websiteDomain, acmeEmail } = settings
  if (typedHost !== undefined && (env !== 'prod' || typedHost !== websiteDomain))
    throw new Unusable(
      env === 'prod'
        ? 'The host that was typed is not WEBSITE_DOMAIN, so no real certificate is asked for.'
        : `A host was typed, which asks for a real certificate, and ENV is ${env}.`,
      'Next: compare the two, and leave the host out to use the directory for tries.',
    )
  if (env === 'local') return undefined
  const name = typedHost === undefined ? 'le-staging' : 'le'
  return {
    name,
    resolver: {
      acme: {
        email: acmeEmail,
        storage: storageOf(name),
        caServer: DIRECTORIES[name],
        httpChallenge: { entryPoint: 'web' },
      },
    },
  }
}

/** Whether a file that Traefik was given sends it to the directory that counts. */
export const asksForReal = (text: string): boolean => text.includes(DIRECTORIES.le)

/** A file each, on a volume. Traefik makes it with mode 0600, and does not start on one that others may read. */
const storageOf = (name: Certificates['name']): string => `/acme/${name}.json`

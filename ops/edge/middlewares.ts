import type { IpStrategy, Middleware } from './configuration.ts'
import { claims, contentPolicy, framedHeaders, securityHeaders, toolHeaders } from './headers.ts'
import { siteOf } from './names.ts'
import { type EdgeSettings, toolsOf } from './settings.ts'

/** What a router may send a request through, by name. */
export function middlewaresOf(settings: EdgeSettings): Record<string, Middleware> {
  return {
    'drop-claims': { headers: claims },
    'security-headers': { headers: securityHeaders(settings) },
    'security-headers-framed': { headers: framedHeaders(settings) },
    ...(settings.env !== 'local' && {
      csp: { headers: contentPolicy },
      'redirect-to-https': { redirectScheme: { scheme: 'https', permanent: true } },
      'refuse-plain': nobody(403),
    }),
    'to-bare-name': toBareName(settings),
    refuse: nobody(404),
    'rate-limit': rateLimit({ average: 100, burst: 200 }, settings),
    'body-limit': bodyLimit,
    'retry-reads': { retry: { attempts: 3, initialInterval: '100ms' } },
    ...(settings.admin && guard('admin', settings.admin.allowlist, settings)),
    ...(settings.ops &&
      toolsOf(settings).length > 0 && {
        'security-headers-no-hsts': { headers: toolHeaders },
        ...guard('ops', settings.ops.allowlist, settings),
      }),
  }
}

/**
 * The list of an address that nobody can have. An empty list would be an error, and with an error Traefik forgets the
 * whole router: the request would go to the next one, which lets it in.
 */
const nobody = (status: number): Middleware => ({
  ipAllowList: { sourceRange: ['0.0.0.0/32'], rejectStatusCode: status },
})

/** Whatever they called us, in whatever case and with whatever port: the router has seen to whose name it is. */
const toBareName = (settings: EdgeSettings): Middleware => ({
  redirectRegex: {
    regex: '^(https?)://[^/]+/(.*)$',
    replacement: `${settings.env === 'local' ? '${1}' : 'https'}://${siteOf(settings)}/\${2}`,
    permanent: true,
  },
})

/** Far above what the app counts exactly and answers in its own words; this is for what would keep it from that. */
const rateLimit = (rate: { average: number; burst: number }, { trustedIps }: EdgeSettings): Middleware => ({
  rateLimit: {
    ...rate,
    period: '1s',
    sourceCriterion: { ipStrategy: behind(trustedIps) ?? { ipv6Subnet: 64 } },
  },
})

/** With a balancer in front the peer is always the balancer: it would be on every list, or everybody one client. */
const behind = (trustedIps: readonly string[]): IpStrategy | undefined =>
  trustedIps.length > 0 ? { excludedIPs: [...trustedIps] } : undefined

/** Ten times what the app reads. What waits is kept in memory: the disk of the container cannot be written. */
const BODY_BYTES = 1_048_576
const bodyLimit: Middleware = {
  buffering: { maxRequestBodyBytes: BODY_BYTES, memRequestBodyBytes: BODY_BYTES },
}

/** First who asks from where, then how often, and only then a hash of a password. */
export const guardedBy = (who: 'admin' | 'ops'): string[] => [
  `${who}-allowlist`,
  'rate-limit-guarded',
  `${who}-auth`,
]

function guard(
  who: 'admin' | 'ops',
  allowlist: readonly string[],
  settings: EdgeSettings,
): Record<string, Middleware> {
  const ipStrategy = behind(settings.trustedIps)
  return {
    [`${who}-allowlist`]: { ipAllowList: { sourceRange: [...allowlist], ...(ipStrategy && { ipStrategy }) } },
    'rate-limit-guarded': rateLimit({ average: 10, burst: 60 }, settings),
    [`${who}-auth`]: { basicAuth: { usersFile: userFile(who), realm: who, removeHeader: true } },
  }
}

/** Mounted as a secret, so that no hash stands in a file that is kept as evidence. */
export const userSecret = (who: 'admin' | 'ops'): string => `${who}_basic_auth`
const userFile = (who: 'admin' | 'ops'): string => `/run/secrets/${userSecret(who)}`

import { certificatesOf } from './certificates.ts'
import type { AccessLog, EncodedCharacter, EntryPoint, Fixed } from './configuration.ts'
import { type EdgeSettings, toolsOf } from './settings.ts'

/** What Traefik reads once, when it starts. */
export function fixedOf(settings: EdgeSettings, typedHost?: string): Fixed {
  const certificates = certificatesOf(settings, typedHost)
  return {
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    log: { level: 'INFO', format: 'json' },
    accessLog,
    ping: { entryPoint: 'ping' },
    ...(toolsOf(settings).includes('traefik') && {
      api: { dashboard: true, insecure: false, disableDashboardAd: true },
    }),
    providers: { file: { directory: '/etc/traefik/dynamic', watch: true } },
    serversTransport: {
      maxIdleConnsPerHost: 64,
      forwardingTimeouts: {
        dialTimeout: '2s',
        // The server gives up after SERVER_TIMEOUT_SECONDS (60) itself, and says so better.
        responseHeaderTimeout: '65s',
        // Node closes a connection that was idle for 5 s; whoever is later loses a request on it.
        idleConnTimeout: '3s',
      },
    },
    entryPoints: {
      web: entryPoint(':80', settings),
      websecure: entryPoint(':443', settings, settings.env === 'local'),
      // For the check of the container itself; nobody else is on its loopback.
      ping: { address: '127.0.0.1:8082' },
    },
    ...(certificates && { certificatesResolvers: { [certificates.name]: certificates.resolver } }),
  }
}

/** What is said here is mostly a default of Traefik's that is not strict, or one that could change. */
function entryPoint(address: string, { trustedIps }: EdgeSettings, isTls = false): EntryPoint {
  return {
    address,
    forwardedHeaders: { insecure: false, trustedIPs: [...trustedIps] },
    http: {
      maxHeaderBytes: 16_384,
      underscoreHeadersStrategy: 'reject',
      sanitizePath: true,
      encodedCharacters: Object.fromEntries(ENCODED.map((name) => [name, false])) as Record<
        EncodedCharacter,
        boolean
      >,
      ...(isTls && { tls: {} }),
    },
    http2: { maxConcurrentStreams: 100 },
    transport: {
      lifeCycle: { graceTimeOut: '30s' },
      respondingTimeouts: { readTimeout: '30s', writeTimeout: '90s', idleTimeout: '60s' },
    },
  }
}

const ENCODED: EncodedCharacter[] = [
  'allowEncodedSlash',
  'allowEncodedBackSlash',
  'allowEncodedNullCharacter',
  'allowEncodedSemicolon',
  'allowEncodedPercent',
  'allowEncodedQuestionMark',
  'allowEncodedHash',
]

/** What is not named is dropped: the query, which may hold what a link carried, every cookie and every password. */
const accessLog: AccessLog = {
  format: 'json',
  fields: {
    defaultMode: 'drop',
    names: kept([
      'StartUTC',
      'Duration',
      'OriginDuration',
      'Overhead',
      'ClientHost',
      'RequestMethod',
      'RequestHost',
      'RequestPath',
      'RequestProtocol',
      'RequestScheme',
      'RequestContentSize',
      'DownstreamStatus',
      'DownstreamContentSize',
      'OriginStatus',
      'RouterName',
      'ServiceName',
      'ServiceAddr',
      'RetryAttempts',
      'TLSVersion',
      'entryPointName',
    ]),
    headers: { defaultMode: 'drop', names: kept(['X-Request-Id', 'Traceparent']) },
    queryParameters: { defaultMode: 'drop' },
  },
}

function kept(names: string[]): Record<string, 'keep'> {
  return Object.fromEntries(names.map((name) => [name, 'keep']))
}

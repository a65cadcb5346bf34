import type { TlsOptions } from './configuration.ts'
import type { EdgeSettings } from './settings.ts'

/** TLS 1.3 brings its own suites. Those of 1.2 are the ones that keep what was said secret when the key is lost. */
export const tlsOptionsOf = ({ env }: EdgeSettings): Record<string, TlsOptions> => ({
  default: {
    minVersion: 'VersionTLS12',
    // Locally there is no certificate but the one that Traefik signs itself, and it fits no name.
    sniStrict: env !== 'local',
    cipherSuites: [
      'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
      'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
      'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
      'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
      'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
    ],
  },
})

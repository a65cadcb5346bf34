/** As much of Traefik's configuration as we use, under its own names. The published schemas know all of it. */
export type Edge = { fixed: Fixed; moving: Moving }

/** Read once, when Traefik starts ("static"). */
export type Fixed = {
  global: { checkNewVersion: boolean; sendAnonymousUsage: boolean }
  log: { level: string; format: string }
  accessLog: AccessLog
  ping: { entryPoint: string }
  api?: { dashboard: boolean; insecure: boolean; disableDashboardAd: boolean }
  providers: { file: { directory: string; watch: boolean } }
  serversTransport: {
    maxIdleConnsPerHost: number
    forwardingTimeouts: { dialTimeout: string; responseHeaderTimeout: string; idleConnTimeout: string }
  }
  entryPoints: Record<string, EntryPoint>
  certificatesResolvers?: Record<string, Resolver>
}

type Kept = Record<string, 'keep' | 'drop' | 'redact'>
export type AccessLog = {
  format: string
  fields: {
    defaultMode: 'keep' | 'drop'
    names: Kept
    headers: { defaultMode: 'keep' | 'drop' | 'redact'; names: Kept }
    queryParameters: { defaultMode: 'keep' | 'drop' }
  }
}

export type EntryPoint = {
  address: string
  forwardedHeaders?: { insecure: boolean; trustedIPs: string[] }
  http?: EntryPointHttp
  http2?: { maxConcurrentStreams: number }
  transport?: {
    lifeCycle: { graceTimeOut: string }
    respondingTimeouts: { readTimeout: string; writeTimeout: string; idleTimeout: string }
  }
}

export type EntryPointHttp = {
  maxHeaderBytes: number
  underscoreHeadersStrategy: string
  sanitizePath: boolean
  encodedCharacters: Record<EncodedCharacter, boolean>
  tls?: Record<string, never>
}

export type EncodedCharacter =
  | 'allowEncodedSlash'
  | 'allowEncodedBackSlash'
  | 'allowEncodedNullCharacter'
  | 'allowEncodedSemicolon'
  | 'allowEncodedPercent'
  | 'allowEncodedQuestionMark'
  | 'allowEncodedHash'

export type Resolver = {
  acme: { email: string; storage: string; caServer: string; httpChallenge: { entryPoint: string } }
}

/** Read again whenever it changes ("dynamic"). */
export type Moving = {
  http: {
    routers: Record<string, Router>
    middlewares: Record<string, Middleware>
    services: Record<string, Service>
  }
  tls: { options: Record<string, TlsOptions> }
}

export type Router = {
  entryPoints: string[]
  rule: string
  priority?: number
  middlewares: string[]
  service: string
  tls?: { certResolver?: string; options?: string; domains?: { main: string; sans?: string[] }[] }
}

/** One kind each, told by its only key. */
export type Middleware = { [Kind in keyof Middlewares]: Record<Kind, Middlewares[Kind]> }[keyof Middlewares]
export type Middlewares = {
  headers: Headers
  ipAllowList: { sourceRange: string[]; rejectStatusCode?: number; ipStrategy?: IpStrategy }
  basicAuth: { usersFile: string; realm: string; removeHeader: boolean }
  redirectScheme: { scheme: string; permanent: boolean }
  redirectRegex: { regex: string; replacement: string; permanent: boolean }
  rateLimit: {
    average: number
    period: string
    burst: number
    sourceCriterion: { ipStrategy: IpStrategy }
  }
  buffering: { maxRequestBodyBytes: number; memRequestBodyBytes: number }
  retry: { attempts: number; initialInterval: string }
}

/** Whose address counts: the peer's, or the last one in X-Forwarded-For that is not excluded. */
export type IpStrategy = { ipv6Subnet?: number; excludedIPs?: string[] }

export type Headers = {
  customRequestHeaders?: Record<string, string>
  customResponseHeaders?: Record<string, string>
  stsSeconds?: number
  stsIncludeSubdomains?: boolean
  frameDeny?: boolean
  contentTypeNosniff?: boolean
  customBrowserXSSValue?: string
  referrerPolicy?: string
  permissionsPolicy?: string
  contentSecurityPolicy?: string
}

export type Service = {
  loadBalancer: {
    servers: { url: string }[]
    passHostHeader: boolean
    healthCheck?: { path: string; interval: string; timeout: string; followRedirects: boolean }
  }
}

export type TlsOptions = { minVersion: string; sniStrict: boolean; cipherSuites: string[] }

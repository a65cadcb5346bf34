/** A request as it reaches the machine, before anybody has looked at it. */
export type Asked = {
  scheme: 'http' | 'https'
  method: string
  /** The Host header as it was sent, with a port if there was one. */
  host: string
  /** What the TLS handshake named; the host, where nobody says otherwise. */
  sni: string
  target: string
  from: string
  headers: Record<string, string>
  bodyBytes: number
  /** Whether it brings a name and a password that the guard knows. */
  isKnown: boolean
}

const STRANGER = '198.51.100.77'

/** `POST https://example.com/api/auth/login`, kept as it is spelled: a URL object would clean it. */
export function readAsked(line: string, more: Partial<Asked> = {}): Asked {
  const [, method = '', scheme = '', host = '', target = ''] =
    /^([A-Z]+) (https?):\/\/([^/?#]*)(.*)$/s.exec(line) ?? []
  if (!method) throw new Error(`not a request such as GET https://example.com/: ${line}`)
  return {
    scheme: scheme as Asked['scheme'],
    method,
    host,
    sni: bareName(host),
    target: target === '' ? '/' : target,
    from: STRANGER,
    headers: {},
    bodyBytes: 0,
    isKnown: false,
    ...more,
  }
}

/** Small letters and no port, as Traefik compares names. */
export function bareName(host: string): string {
  const name = host.trim().toLowerCase()
  const [, inBrackets, ofPort] = /^\[(.*)\](?::\d*)?$|^([^:]*):[^:]*$/.exec(name) ?? []
  return inBrackets ?? ofPort ?? name
}

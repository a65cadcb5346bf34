import { request } from 'node:http'
import { once } from 'node:events'
import { checkServerIdentity, type ConnectionOptions } from 'node:tls'
import type { Check, Verdict } from '../checks/verdict.ts'
import { type Handshake, shakeHands, type Target } from './handshake.ts'

/** Whether a certificate that browsers do not believe is what was meant, as with ENV=staging. */
export type Expectation = { untrusted: boolean }

const DAYS_LEFT = 14
const DAY_MS = 86_400_000

/** What the edge offers to whoever knocks (P12, N3), by knocking. */
export async function testTls(target: Target, { untrusted }: Expectation): Promise<Check[]> {
  const usual = await shakeHands(target)
  if (!usual.shaken && isNobody(usual.code)) return [nobody(target, usual.code)]
  return [
    ...(await protocolChecks(target)),
    await forwardSecrecy(target),
    ...(usual.shaken
      ? certificateChecks(target, usual, untrusted)
      : [check('certificate', 'fail', `no handshake: ${usual.code}`)]),
    await strictNames(target),
    await redirect(target),
    await apiOverHttp(target),
  ]
}

const check = (name: string, verdict: Verdict, says: string, next?: string): Check => ({
  name,
  verdict,
  says,
  ...(next !== undefined && { next }),
})

const isNobody = (code: string): boolean =>
  [
    'ECONNREFUSED',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENOTFOUND',
    'EAI_AGAIN',
    'AbortError',
  ].includes(code)

const nobody = ({ address, port }: Target, code: string): Check =>
  check('reached', 'fail', `nobody answers at ${address}:${port} (${code})`, 'npm run doctor')

/** Our own library must be talked into the old ones, and is not everywhere able to. */
const OLD = { ciphers: 'DEFAULT:@SECLEVEL=0' } as const
const PROTOCOLS: readonly [version: NonNullable<ConnectionOptions['minVersion']>, wanted: boolean][] = [
  ['TLSv1', false],
  ['TLSv1.1', false],
  ['TLSv1.2', true],
  ['TLSv1.3', true],
]

async function protocolChecks(target: Target): Promise<Check[]> {
  const checks: Check[] = []
  for (const [version, isWanted] of PROTOCOLS) {
    const options = { minVersion: version, maxVersion: version, ...(isWanted ? {} : OLD) }
    const { shaken, ...rest } = await shakeHands(target, options)
    const isOurs = 'code' in rest && rest.code === 'ERR_SSL_NO_PROTOCOLS_AVAILABLE'
    const verdict = isOurs ? 'not-checked' : shaken === isWanted ? 'pass' : 'fail'
    const says = isOurs ? 'cannot be spoken from here' : shaken ? 'spoken' : 'refused'
    const next = isWanted ? undefined : 'minVersion: VersionTLS12 in the TLS options of Traefik'
    checks.push(check(version, verdict, says, verdict === 'fail' ? next : undefined))
  }
  return checks
}

/** Ciphers whose recordings can be opened once the key is known. */
const WITHOUT_SECRECY =
  'AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-SHA256:AES256-SHA256:AES128-SHA:AES256-SHA'

async function forwardSecrecy(target: Target): Promise<Check> {
  const shake = await shakeHands(target, { maxVersion: 'TLSv1.2', ciphers: `${WITHOUT_SECRECY}:@SECLEVEL=0` })
  return shake.shaken
    ? check(
        'forward secrecy',
        'fail',
        `${shake.cipher} is spoken`,
        'list the cipher suites in the TLS options of Traefik',
      )
    : check('forward secrecy', 'pass', 'nothing is spoken without it')
}

function certificateChecks(
  { host }: Target,
  { certificate, trusted, distrust }: Extract<Handshake, { shaken: true }>,
  untrusted: boolean,
): Check[] {
  const daysLeft = Math.floor((Date.parse(certificate.valid_to) - Date.now()) / DAY_MS)
  const issuer = String(certificate.issuer?.O ?? certificate.issuer?.CN ?? 'nobody')
  const fault = checkServerIdentity(host, certificate)
  const isBelieved = trusted || untrusted || /EXPIRED|ALTNAME/.test(distrust)
  return [
    isBelieved
      ? check('chain', 'pass', `from ${issuer}${trusted ? '' : ', which browsers need not believe here'}`)
      : check(
          'chain',
          'fail',
          `browsers do not believe ${issuer} (${distrust})`,
          'with ENV=staging: --untrusted; else the logs of Traefik',
        ),
    fault
      ? check('name', 'fail', `is not made out to ${host}`, 'the logs of Traefik: it could not get one')
      : check('name', 'pass', `is made out to ${host}`),
    daysLeft < 0
      ? check(
          'time',
          'fail',
          `is over since ${certificate.valid_to}`,
          'the logs of Traefik: it could not renew it',
        )
      : check('time', daysLeft < DAYS_LEFT ? 'warn' : 'pass', `ends in ${daysLeft} days`),
  ]
}

/** Somebody who asks for a name that is not ours gets no certificate of ours (N4). */
async function strictNames(target: Target): Promise<Check> {
  const shake = await shakeHands(target, { servername: 'somebody-else.invalid' })
  return shake.shaken
    ? check(
        'strict names',
        'fail',
        'another name is answered',
        'sniStrict: true in the TLS options of Traefik',
      )
    : check('strict names', 'pass', 'another name is refused')
}

async function redirect(target: Target): Promise<Check> {
  const { status, location } = await ask(target, '/')
  if (status === undefined)
    return check('redirect', 'fail', `nobody answers on port ${target.httpPort}`, 'npm run doctor')
  const isGood = [301, 302, 307, 308].includes(status) && isSecure(location, target.host)
  return isGood
    ? check('redirect', 'pass', `${status} to ${location}`)
    : check(
        'redirect',
        'fail',
        `http:// answers ${status}${location && ` to ${location}`}`,
        'redirect-to-https in traefik/',
      )
}

const isSecure = (location: string, host: string): boolean =>
  URL.canParse(location) && new URL(location).protocol === 'https:' && new URL(location).hostname === host

/** A program that is sent on has said its secrets in the clear already (N3). */
async function apiOverHttp(target: Target): Promise<Check> {
  const { status } = await ask(target, '/api/health')
  if (status === undefined)
    return check('api over http', 'not-checked', `nobody answers on port ${target.httpPort}`)
  return status >= 400 && status < 500
    ? check('api over http', 'pass', `is refused with ${status}`)
    : check('api over http', 'fail', `answers ${status}`, 'the router of /api on port 80 in traefik/')
}

type Answer = { status: number | undefined; location: string }

async function ask({ host, address, httpPort }: Target, path: string): Promise<Answer> {
  const asked = request({
    host: address,
    port: httpPort,
    path,
    headers: { host },
    signal: AbortSignal.timeout(5000),
  })
  asked.end()
  try {
    const [answer] = (await once(asked, 'response')) as [import('node:http').IncomingMessage]
    answer.resume()
    return { status: answer.statusCode, location: answer.headers.location ?? '' }
  } catch {
    return { status: undefined, location: '' }
  } finally {
    asked.on('error', () => {})
    asked.destroy()
  }
}

import { isIP } from 'node:net'
import { Unusable } from '../unusable.ts'

/** What the edge of one place is made from. Everything else about it is the same everywhere. */
export type EdgeSettings = {
  env: 'local' | 'staging' | 'prod'
  websiteDomain: string
  acmeEmail: string
  /** Without it there is no admin host. */
  admin?: Guarded | undefined
  ops?: OpsSettings | undefined
  serverPort: number
  /** The names of the containers that serve. */
  slots: readonly string[]
  /** Who may say for whom they ask: a balancer in front of this machine, and nobody otherwise. */
  trustedIps: readonly string[]
}

type Guard = { allowlist: readonly string[]; basicAuth: string }
type Guarded = Guard & { label: string }
type OpsSettings = Guard & { [Tool in OpsTool]?: string | undefined }

export const OPS_TOOLS = ['jobsUi', 'dbUi', 'traefik'] as const
export type OpsTool = (typeof OPS_TOOLS)[number]

/**
 * All of these end up in rules and in files that Traefik runs as templates, where a backtick, a brace or a line end
 * would be an order. So they are held to their form here, whoever read them.
 */
export function requireSound(settings: EdgeSettings): EdgeSettings {
  const problems = [...problemsOf(settings)].filter((problem) => problem !== undefined)
  if (problems.length === 0) return settings
  throw new Unusable(
    'The edge cannot be made from these settings:',
    ...problems.map((problem) => `  - ${problem}`),
    'Next: correct them and try again. The values are not shown, they may be secrets.',
  )
}

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const EMAIL = /^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}$/
/** What `htpasswd -B` or `htpasswd -m` writes. Plain text and bare SHA-1 are taken by Traefik and not by us. */
const HTPASSWD =
  /^[\w.-]{1,64}:\$(?:2[aby]\$\d\d\$[./A-Za-z0-9]{53}|apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22})$/

function* problemsOf(settings: EdgeSettings): Generator<string | undefined> {
  const { env, websiteDomain, acmeEmail, admin, ops, serverPort, slots, trustedIps } = settings
  const isLocal = env === 'local'
  yield unless(['local', 'staging', 'prod'].includes(env), 'ENV', 'must be local, staging or prod')
  yield unless(isDomain(websiteDomain, isLocal), 'WEBSITE_DOMAIN', 'must be a bare name such as example.com')
  yield unless(isLocal || EMAIL.test(acmeEmail), 'ACME_EMAIL', 'must be an email address')
  yield unless(isPort(serverPort), 'SERVER_PORT', 'must be a port number')
  yield unless(slots.length > 0 && slots.every(isLabel), 'slots', 'must be names of containers')
  yield unless(
    trustedIps.every(isNetwork),
    'TRUSTED_PROXIES',
    'must be addresses or ranges such as 10.0.0.0/8',
  )
  if (admin) {
    yield unless(isLabel(admin.label), 'ADMIN_DNS_LABEL', 'must be one label such as admin')
    yield* guardProblemsOf('ADMIN', admin)
  }
  if (ops && toolsOf(settings).length > 0) {
    const labels = toolsOf(settings).map((tool) => ops[tool] ?? '')
    const all = [...labels, 'www', ...(admin ? [admin.label] : [])]
    yield unless(labels.every(isLabel), '…_DNS_LABEL', 'must be one label such as jobs')
    yield unless(new Set(all).size === all.length, '…_DNS_LABEL', 'must not be the label of something else')
    yield* guardProblemsOf('OPS', ops)
  }
}

function* guardProblemsOf(name: string, { allowlist, basicAuth }: Guard): Generator<string | undefined> {
  const isClosed = allowlist.length > 0 && allowlist.every(isNetwork)
  yield unless(
    isClosed,
    `${name}_ALLOWLIST`,
    'must be addresses or ranges such as 203.0.113.7/32, at least one',
  )
  const areUsers = usersOf(basicAuth).length > 0 && usersOf(basicAuth).every((line) => HTPASSWD.test(line))
  yield unless(areUsers, `${name}_BASIC_AUTH`, 'must be what htpasswd -nB <name> prints')
}

const unless = (holds: boolean, name: string, says: string): string | undefined =>
  holds ? undefined : `${name} ${says}`

/** Several people are several lines, or one line with commas. */
const usersOf = (basicAuth: string): string[] => basicAuth.split(/[\n,]/).filter(Boolean)
export const userFileOf = ({ basicAuth }: Guard): string => `${usersOf(basicAuth).join('\n')}\n`

/** Tools of the operator are on the way to nowhere in prod, whatever is set. */
export const toolsOf = ({ env, ops }: EdgeSettings): OpsTool[] =>
  env === 'prod' || !ops ? [] : OPS_TOOLS.filter((tool) => ops[tool])

const isLabel = (value: string): boolean => LABEL.test(value)
const isDomain = (value: string, mayBeOne: boolean): boolean =>
  value.length <= 200 && value.split('.').every(isLabel) && (mayBeOne || value.includes('.'))
const isPort = (value: number): boolean => Number.isInteger(value) && value > 0 && value < 65_536

function isNetwork(value: string): boolean {
  const [address = '', bits, ...more] = value.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32))
}

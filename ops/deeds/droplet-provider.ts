import type { Secret } from '@latchkey/shared/secret'
import { sleep } from '../local/sleep.ts'
import { type Ask, askerOf, type Cloud } from './cloud/ask.ts'
import { CloudFailed } from './cloud/cloud-failed.ts'
import { ensureFirewall, type Firewall } from './cloud/firewall.ts'
import { ensureRecords, type Wanted } from './cloud/names.ts'
import {
  account,
  action,
  type ApiDroplet,
  type ApiKey,
  droplets,
  keys,
  newDroplet,
  oneDroplet,
  oneKey,
  oneVpc,
  vpcs,
} from './cloud/shapes.ts'

/** A cloud that has droplets. `ensure…` looks first, makes what is missing, and mends what differs. */
export type DropletProvider = {
  /** Fails at once where the token is no good, before anything else is asked. */
  checkAccount(): Promise<void>
  findDroplet(name: string): Promise<Droplet | undefined>
  ensureDroplet(wanted: NewDroplet, onWait?: (line: string) => void): Promise<Made<Standing>>
  ensureSshKey(name: string, publicKey: string | undefined): Promise<Made<{ id: number }>>
  ensureVpc(name: string, region: string): Promise<Made<{ id: string }>>
  ensureFirewall(wanted: Firewall): Promise<Made<{ id: string }>>
  ensureRecords(wanted: Wanted): Promise<Made<{ zone: string; changes: string[] }>>
}
export type Made<T> = T & { outcome: 'made' | 'changed' | 'as it was' }
export type Droplet = { id: number; name: string; isActive: boolean; v4?: string; v6?: string }
/** On, and with an address to find it at. */
export type Standing = Droplet & { v4: string }
export type NewDroplet = {
  name: string
  region: string
  size: string
  image: string
  sshKeyId: number
  vpcId: string
  tags: string[]
  /** Holds the key that the droplet is known by at first. */
  userData: Secret
}

export function digitalOcean(cloud: Cloud): DropletProvider {
  const ask = askerOf(cloud)
  const pace = cloud.pace ?? sleep
  return {
    checkAccount: () => checkAccount(ask),
    findDroplet: async (name) => toDroplet(await findDroplet(ask, name)),
    ensureDroplet: (wanted, onWait = () => {}) => ensureDroplet(ask, wanted, { pace, onWait }),
    ensureSshKey: (name, publicKey) => ensureSshKey(ask, name, publicKey),
    ensureVpc: (name, region) => ensureVpc(ask, name, region),
    ensureFirewall: (wanted) => ensureFirewall(ask, wanted),
    ensureRecords: (wanted) => ensureRecords(ask, wanted),
  }
}

async function checkAccount(ask: Ask): Promise<void> {
  const { account: found } = await ask.one(account, { path: '/v2/account' })
  if (found.status === 'locked')
    throw new CloudFailed('credentials', `The account is locked. ${found.status_message ?? ''}`.trim())
}

async function findDroplet(ask: Ask, name: string): Promise<ApiDroplet | undefined> {
  const pages = await ask.all(droplets, `/v2/droplets?name=${encodeURIComponent(name)}`)
  return onlyOne(
    `droplets are called ${name}`,
    pages.flatMap((page) => page.droplets).filter((droplet) => droplet.name === name),
  )
}

type Waiting = { pace: (ms: number) => Promise<unknown>; onWait: (line: string) => void }

async function ensureDroplet(ask: Ask, wanted: NewDroplet, waiting: Waiting): Promise<Made<Standing>> {
  const found = await findDroplet(ask, wanted.name)
  if (found) return { ...(await waitUntilActive(ask, found.id, waiting)), outcome: 'as it was' }
  const id = await createDroplet(ask, wanted, waiting)
  return { ...(await waitUntilActive(ask, id, waiting)), outcome: 'made' }
}

async function createDroplet(ask: Ask, wanted: NewDroplet, waiting: Waiting): Promise<number> {
  const { name, region, size, image, sshKeyId, vpcId, tags, userData } = wanted
  const body = {
    ...{ name, region, size, image, tags, ipv6: true, monitoring: true },
    ...{ ssh_keys: [sshKeyId], vpc_uuid: vpcId, user_data: userData.reveal() },
  }
  try {
    const made = await ask.one(newDroplet, { method: 'POST', path: '/v2/droplets', body })
    await waitForActions(ask, made.links?.actions.map(({ id }) => id) ?? [], waiting)
    return made.droplet.id
  } catch (failure) {
    if (!(failure instanceof CloudFailed) || failure.why !== 'uncertain') throw failure
    return (await lookAgain(ask, name, waiting))?.id ?? rethrow(failure)
  }
}

/** An answer that got lost may have been a yes, and a second droplet would cost money. Lists lag behind. */
async function lookAgain(ask: Ask, name: string, { pace }: Waiting): Promise<ApiDroplet | undefined> {
  for (const wait of [1000, 3000, 6000]) {
    await pace(wait)
    const found = await findDroplet(ask, name)
    if (found) return found
  }
  return undefined
}

function rethrow(failure: Error): never {
  throw failure
}

const POLL_MS = 3000
/** Droplets take a minute or less. */
const MOST_POLLS = 100

async function waitForActions(ask: Ask, ids: number[], { pace, onWait }: Waiting): Promise<void> {
  for (const id of ids)
    for (let polls = 0; ; polls += 1) {
      const { action: now } = await ask.one(action, { path: `/v2/actions/${id}` })
      onWait(`${now.type}: ${now.status}`)
      if (now.status === 'completed') break
      if (now.status === 'errored')
        throw new CloudFailed('unfit', `The provider could not do it: its action ${id} (${now.type}) failed.`)
      if (polls > MOST_POLLS)
        throw new CloudFailed('unavailable', `The provider's action ${id} does not end.`)
      await pace(POLL_MS)
    }
}

/** Also for one that an earlier run began: it has no address yet, or is not on. */
async function waitUntilActive(ask: Ask, id: number, { pace, onWait }: Waiting): Promise<Standing> {
  for (let polls = 0; polls <= MOST_POLLS; polls += 1) {
    const { droplet } = await ask.one(oneDroplet, { path: `/v2/droplets/${id}` })
    const now = toDroplet(droplet)
    if (droplet.status === 'off' || droplet.status === 'archive')
      throw new CloudFailed('unfit', `The droplet ${droplet.name} is ${droplet.status}.`)
    if (now.isActive && now.v4) return { ...now, v4: now.v4 }
    onWait(`droplet: ${droplet.status}${now.v4 ? '' : ', no address yet'}`)
    await pace(POLL_MS)
  }
  throw new CloudFailed('unavailable', `The droplet ${id} does not become active.`)
}

function toDroplet(found: ApiDroplet): Droplet
function toDroplet(found: ApiDroplet | undefined): Droplet | undefined
function toDroplet(found: ApiDroplet | undefined): Droplet | undefined {
  if (!found) return undefined
  const publicOf = (family: 'v4' | 'v6') =>
    found.networks[family].find(({ type }) => type === 'public')?.ip_address
  const [v4, v6] = [publicOf('v4'), publicOf('v6')]
  const { id, name, status } = found
  return { id, name, isActive: status === 'active', ...(v4 && { v4 }), ...(v6 && { v6 }) }
}

async function ensureSshKey(ask: Ask, name: string, publicKey?: string): Promise<Made<{ id: number }>> {
  const pages = await ask.all(keys, '/v2/account/keys')
  const all = pages.flatMap((page) => page.ssh_keys)
  const found = onlyOne(
    `SSH keys are called ${name}`,
    all.filter((key) => key.name === name),
  )
  if (found) return { id: sameKey(found, publicKey).id, outcome: 'as it was' }
  const under = publicKey && all.find((key) => bodyOf(key.public_key) === bodyOf(publicKey))
  if (under) return { id: under.id, outcome: 'as it was' }
  if (!publicKey)
    throw new CloudFailed('unfit', `The account has no SSH key called ${name} (DO_SSH_KEY_NAME).`)
  const body = { name, public_key: publicKey.trim() }
  const { ssh_key: made } = await ask.one(oneKey, { method: 'POST', path: '/v2/account/keys', body })
  return { id: made.id, outcome: 'made' }
}

function sameKey(found: ApiKey, publicKey: string | undefined): ApiKey {
  if (publicKey === undefined || bodyOf(found.public_key) === bodyOf(publicKey)) return found
  throw new CloudFailed(
    'unfit',
    `The SSH key ${found.name} of the account is another than DEPLOY_SSH_KEY_FILE.`,
  )
}

const bodyOf = (publicKey: string): string => publicKey.trim().split(/\s+/).slice(0, 2).join(' ')

async function ensureVpc(ask: Ask, name: string, region: string): Promise<Made<{ id: string }>> {
  const pages = await ask.all(vpcs, '/v2/vpcs')
  const found = onlyOne(
    `networks are called ${name}`,
    pages.flatMap((page) => page.vpcs).filter((vpc) => vpc.name === name),
  )
  if (found && found.region !== region)
    throw new CloudFailed(
      'unfit',
      `The network ${name} is in ${found.region}, and the droplet is to be in ${region}.`,
    )
  if (found) return { id: found.id, outcome: 'as it was' }
  const body = { name, region, description: 'Made by the deploy tool' }
  const { vpc } = await ask.one(oneVpc, { method: 'POST', path: '/v2/vpcs', body })
  return { id: vpc.id, outcome: 'made' }
}

function onlyOne<T>(what: string, found: T[]): T | undefined {
  if (found.length > 1)
    throw new CloudFailed('unfit', `${found.length} ${what}; which one is meant cannot be told.`)
  return found[0]
}

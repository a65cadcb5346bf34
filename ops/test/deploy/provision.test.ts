import { Secret } from '@latchkey/shared/secret'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CloudFailed } from '../../deeds/cloud/cloud-failed.ts'
import { digitalOcean, type DropletProvider } from '../../deeds/droplet-provider.ts'
import { EXIT, exitCodeOf } from '../../deploy/exit-codes.ts'
import { progressOn } from '../../deploy/progress.ts'
import { provision, type Provision } from '../../deploy/provision.ts'
import { type FakeCloud, openFakeCloud } from './cloud.ts'

let cloud: FakeCloud
let waits: number[]
beforeEach(async () => {
  cloud = await openFakeCloud()
  waits = []
})
afterEach(() => cloud.close())

const provider = (change: { token?: string; patienceMs?: number; url?: string } = {}): DropletProvider =>
  digitalOcean({
    url: change.url ?? cloud.url,
    token: new Secret(change.token ?? cloud.token),
    patienceMs: change.patienceMs ?? 2000,
    pace: async (ms) => void waits.push(ms),
  })
const quiet = progressOn({ write: () => {} })
const wanted: Provision = {
  ...{
    name: 'latchkey',
    region: 'fra1',
    size: 's-2vcpu-4gb',
    image: 'debian-13-x64',
    tags: ['latchkey'],
  },
  ...{ userData: new Secret('#cloud-config\n'), domain: 'example.com', labels: ['www', 'admin'] },
  sshKey: { name: 'deploy', publicKey: 'ssh-ed25519 AAAA one' },
}
const NEW_DROPLET = { ...wanted, sshKeyId: 1, vpcId: 'vpc-1' }
const provisionOnce = (change: Partial<Provision> = {}) =>
  provision(provider(), { ...wanted, ...change }, quiet)
const writes = () => cloud.asked.filter(({ method }) => method !== 'GET')
const failureOf = (deed: Promise<unknown>): Promise<CloudFailed> =>
  deed.then(
    () => expect.unreachable('it went well'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(CloudFailed)
      return error as CloudFailed
    },
  )

describe('R2: what a full deploy finds in the cloud', () => {
  test('from nothing: a key, a network, a droplet with an address, a firewall and names', async () => {
    const { droplet, outcomes } = await provisionOnce()
    expect(droplet).toMatchObject({ isActive: true, v4: '203.0.113.7', v6: '2001:db8::7' })
    expect(new Set(Object.values(outcomes))).toEqual(new Set(['made']))
    expect(cloud.state.droplets[0]).toMatchObject({
      ...{
        name: 'latchkey',
        region: 'fra1',
        monitoring: true,
        tags: ['latchkey'],
        user_data: '#cloud-config\n',
      },
      ...{ vpc_uuid: cloud.state.vpcs[0]?.id, ssh_keys: [cloud.state.keys[0]?.id] },
    })
    const records = cloud.state.records
      .get('example.com')
      ?.map(({ type, name, data }) => `${String(type)} ${name} ${String(data)}`)
    expect(records).toEqual(
      expect.arrayContaining(
        ['@', 'www', 'admin'].flatMap((name) => [`A ${name} 203.0.113.7`, `AAAA ${name} 2001:db8::7`]),
      ),
    )
  })

  test('R31: only 22, 80 and 443 are let in', async () => {
    await provisionOnce({ sshFrom: ['198.51.100.0/24'] })
    expect(cloud.state.firewalls[0]).toMatchObject({
      inbound_rules: [
        { protocol: 'tcp', ports: '22', sources: { addresses: ['198.51.100.0/24'] } },
        { protocol: 'tcp', ports: '80' },
        { protocol: 'tcp', ports: '443' },
      ],
      droplet_ids: [cloud.state.droplets[0]?.id],
    })
  })

  test('R31: SSH that somebody narrowed stays narrow, whatever else is mended', async () => {
    await provisionOnce({ sshPort: 2222 })
    const sources = { addresses: ['198.51.100.7/32'], tags: ['bastion'] }
    const inbound = [
      { protocol: 'tcp', ports: '2222', sources },
      { protocol: 'tcp', ports: '80', sources: { addresses: ['0.0.0.0/0', '::/0'] } },
    ]
    Object.assign(cloud.state.firewalls[0] ?? {}, { inbound_rules: inbound })
    expect((await provisionOnce({ sshPort: 2222 })).outcomes['firewall']).toBe('changed')
    expect(cloud.state.firewalls[0]?.['inbound_rules']).toMatchObject([
      { protocol: 'tcp', ports: '2222', sources },
      { ports: '80' },
      { ports: '443' },
    ])
    expect((await provisionOnce({ sshPort: 2222 })).outcomes['firewall']).toBe('as it was')
  })

  test('R31: SSH is let in at the port where it is, and at no other', async () => {
    await provisionOnce({ sshPort: 2222 })
    const rules = cloud.state.firewalls[0]?.['inbound_rules'] as { ports: string }[]
    expect(rules.map(({ ports }) => ports)).toEqual(['2222', '80', '443'])
  })

  test('names that are made, or led elsewhere until now, are told', async () => {
    const notes: string[] = []
    const progress = { ...quiet, note: (line: string) => void notes.push(line) }
    await provision(provider(), wanted, progress)
    expect(notes).toContain('name in example.com: A www made: 203.0.113.7')
    notes.length = 0
    const www = cloud.state.records
      .get('example.com')
      ?.find(({ type, name }) => type === 'A' && name === 'www')
    Object.assign(www ?? {}, { data: '198.51.100.9' })
    await provision(provider(), wanted, progress)
    expect(notes).toEqual(['name in example.com: A www changed from 198.51.100.9 to 203.0.113.7'])
  })

  test('an address that is none is no answer', async () => {
    cloud.state.droplets.push({
      ...{ id: 7, name: 'latchkey', status: 'active', polls: 9 },
      networks: { v4: [{ ip_address: '-oProxyCommand=x', type: 'public' }], v6: [] },
    })
    expect((await failureOf(provisionOnce())).message).toMatch(/Next: /)
  })

  test('R32: a second time changes nothing', async () => {
    await provisionOnce()
    const before = [JSON.stringify(cloud.state.droplets), writes().length]
    const { outcomes } = await provisionOnce()
    expect(new Set(Object.values(outcomes))).toEqual(new Set(['as it was']))
    expect(writes()).toHaveLength(Number(before[1]))
    expect(cloud.state.droplets).toHaveLength(1)
  })

  test('R32: begun and broken off after each call, it converges on one of each', async () => {
    for (let calls = 1; calls < 60; calls += 1) {
      const left = { calls }
      const tired = new Proxy(provider(), {
        get: (target, name: keyof DropletProvider) =>
          left.calls-- > 0 ? target[name] : () => Promise.reject(new Error('killed')),
      })
      const done = await provision(tired, wanted, quiet).then(
        () => true,
        () => false,
      )
      if (done) break
    }
    const { droplets, firewalls, vpcs, keys, domains } = cloud.state
    expect([droplets, firewalls, vpcs, keys, domains].map((rows) => rows.length)).toEqual([1, 1, 1, 1, 1])
    expect(cloud.state.records.get('example.com')).toHaveLength(3 + 6)
  })

  test('what differs is mended: rules that somebody opened, a name that leads elsewhere', async () => {
    await provisionOnce()
    Object.assign(cloud.state.firewalls[0] ?? {}, {
      droplet_ids: [7],
      inbound_rules: [{ protocol: 'tcp', ports: '5432', sources: { addresses: ['0.0.0.0/0'] } }],
    })
    const www = cloud.state.records
      .get('example.com')
      ?.find(({ type, name }) => type === 'A' && name === 'www')
    Object.assign(www ?? {}, { data: '198.51.100.9' })
    const { outcomes } = await provisionOnce()
    expect(outcomes).toMatchObject({ droplet: 'as it was', firewall: 'changed', names: 'changed' })
    expect(JSON.stringify(cloud.state.firewalls)).not.toContain('5432')
    expect(cloud.state.firewalls[0]?.['droplet_ids']).toEqual([7, cloud.state.droplets[0]?.id])
    expect(www?.['data']).toBe('203.0.113.7')
  })

  test('rules that come back in another order, and all ports as 0 or all, are the same rules', async () => {
    await provisionOnce()
    const firewall = cloud.state.firewalls[0] as {
      inbound_rules?: unknown[]
      outbound_rules?: { ports: string }[]
    }
    firewall.inbound_rules?.reverse()
    for (const rule of firewall.outbound_rules ?? []) rule.ports = 'all'
    expect((await provisionOnce()).outcomes['firewall']).toBe('as it was')
  })

  test('a name inside a zone of the account gets its records there', async () => {
    cloud.state.domains.push({ name: 'one.example' }, { name: 'two.example' }, { name: 'app.two.example' })
    await provisionOnce({ domain: 'shop.app.two.example', labels: ['www'] })
    expect(cloud.state.domains).toHaveLength(3)
    const names = cloud.state.records
      .get('app.two.example')
      ?.map(({ type, name }) => `${String(type)} ${name}`)
    expect(names).toEqual(expect.arrayContaining(['A shop', 'AAAA shop', 'A www.shop', 'AAAA www.shop']))
  })

  test.each([
    [
      'an alias stands where a record should',
      [{ id: 1, type: 'CNAME', name: 'www', data: 'other.example' }],
      /alias/,
    ],
    [
      'a name leads to several machines',
      [
        { id: 1, type: 'A', name: 'www', data: '198.51.100.1' },
        { id: 2, type: 'A', name: 'www', data: '198.51.100.2' },
      ],
      /several A records/,
    ],
  ])('%s: nothing is overwritten', async (_, rows, said) => {
    cloud.state.domains.push({ name: 'example.com' })
    cloud.state.records.set('example.com', [...rows])
    expect((await failureOf(provisionOnce())).message).toMatch(said)
    expect(cloud.state.records.get('example.com')).toEqual(rows)
  })

  test('of two that bear the name, neither is guessed at', async () => {
    await provisionOnce()
    cloud.state.droplets.push({ ...cloud.state.droplets[0], id: 1 } as (typeof cloud.state.droplets)[number])
    expect((await failureOf(provisionOnce())).message).toMatch(/2 droplets are called latchkey/)
  })

  test('a key of that name that is another key is refused', async () => {
    cloud.state.keys.push({ id: 1, name: 'deploy', public_key: 'ssh-ed25519 BBBB', fingerprint: 'cc' })
    expect((await failureOf(provisionOnce())).message).toMatch(/SSH key deploy of the account is another/)
    cloud.state.keys.length = 0
    const none = provisionOnce({ sshKey: { name: 'deploy', publicKey: undefined } })
    expect((await failureOf(none)).message).toMatch(/no SSH key called deploy/)
  })

  test('all pages of a list are read, two at a time', async () => {
    for (let at = 0; at < 7; at += 1)
      cloud.state.vpcs.push({ id: `other-${at}`, name: `other-${at}`, region: 'fra1' })
    cloud.state.vpcs.push({
      id: 'ours',
      name: 'latchkey-fra1',
      region: 'fra1',
    })
    expect(await provider().ensureVpc('latchkey-fra1', 'fra1')).toEqual({
      id: 'ours',
      outcome: 'as it was',
    })
    expect(cloud.asked).toHaveLength(4)
  })
})

describe('a droplet that is not there yet', () => {
  test('one that an earlier run began, without an address, is waited for and not made again', async () => {
    cloud.state.droplets.push({
      id: 7,
      name: 'latchkey',
      status: 'new',
      polls: 0,
      networks: { v4: [], v6: [] },
    })
    const lines: string[] = []
    const droplet = await provider().ensureDroplet(NEW_DROPLET, (line) => lines.push(line))
    expect(droplet).toMatchObject({ id: 7, v4: '203.0.113.7', outcome: 'as it was' })
    expect(lines).toContain('droplet: new, no address yet')
    expect(writes()).toEqual([])
  })

  test.each(['done then cut', 'done then 502'] as const)(
    'an answer that gets lost (%s) makes no second one',
    async (how) => {
      cloud.misbehave({ on: 'POST /v2/droplets', how })
      expect((await provider().ensureDroplet(NEW_DROPLET)).outcome).toBe('made')
      expect(cloud.state.droplets).toHaveLength(1)
      expect(writes()).toHaveLength(1)
    },
  )

  test('where nobody knows whether it was made, it says so and leaves it', async () => {
    cloud.misbehave({ on: 'POST /v2/droplets', how: 'cut' })
    const failure = await failureOf(provider().ensureDroplet(NEW_DROPLET))
    expect(failure).toMatchObject({ why: 'uncertain' })
    expect(failure.message).toMatch(
      /not known whether POST \/v2\/droplets was done[\s\S]*Next: run the same again/,
    )
    expect(writes()).toHaveLength(1)
  })

  test('an action that fails, and a droplet that is off, are told as they are', async () => {
    const making = provider().ensureDroplet(NEW_DROPLET, () => {
      for (const action of cloud.state.actions) action.status = 'errored'
    })
    expect((await failureOf(making)).message).toMatch(/action \d+ \(create\) failed/)
    for (const droplet of cloud.state.droplets) droplet.status = 'off'
    expect((await failureOf(provider().ensureDroplet(NEW_DROPLET))).message).toMatch(/latchkey is off/)
  })
})

describe('R6: who may not, learns it at once', () => {
  test('a token that nobody knows: one call, its own exit code, and not a word of it', async () => {
    const failure = await failureOf(provision(provider({ token: 'dop_v1_wrong' }), wanted, quiet))
    expect(failure).toMatchObject({ why: 'credentials' })
    expect(exitCodeOf(failure)).toBe(EXIT.credentials)
    expect(failure.message).toMatch(/does not know this token\.\nNext: make a token/)
    expect(String(failure.stack)).not.toContain('dop_v1_wrong')
    expect(cloud.asked).toHaveLength(1)
  })

  test.each(['', 'two words', 'line\nend', 'canary\r\nX: y', 'cänary'])(
    'O4: a token that is none (%j) is refused before a call, and not shown',
    async (token) => {
      const failure = await failureOf(Promise.resolve().then(() => provider({ token }).checkAccount()))
      expect(failure).toMatchObject({ why: 'credentials' })
      expect(failure.message).not.toMatch(/canary|cänary|two words/)
      expect(cloud.asked).toEqual([])
    },
  )

  test('it is not sent in the clear, nor on to anybody else', async () => {
    expect(() => provider({ url: 'http://api.example.com' })).toThrow(/no https address/)
    const other = await openFakeCloud()
    for (const status of [301, 302, 307])
      cloud.misbehave({
        on: 'GET /v2/account',
        how: { status, headers: { location: `${other.url}/v2/account` } },
      })
    await failureOf(provider().checkAccount())
    const links = { pages: { next: `${other.url}/v2/vpcs?page=2` } }
    cloud.misbehave({ on: 'GET /v2/vpcs', how: { status: 200, body: { vpcs: [], links } } })
    expect((await failureOf(provider().ensureVpc('a', 'fra1'))).message).toMatch(/sends us on to/)
    expect(other.asked).toEqual([])
    await other.close()
  })

  test('a locked account is told as such', async () => {
    cloud.state.status = 'locked'
    expect((await failureOf(provider().checkAccount())).message).toMatch(/locked/)
  })
})

describe('a cloud that has a bad day', () => {
  test.each([400, 401, 403, 404, 409, 412, 422])(
    '%i is an answer: nothing is tried again',
    async (status) => {
      const body = { id: 'some_reason', message: 'That will not do.' }
      for (const on of ['GET /v2/account', 'POST /v2/vpcs'])
        cloud.misbehave({ on, times: 9, how: { status, body } })
      const [read, write] = [
        await failureOf(provider().checkAccount()),
        await failureOf(provider().ensureVpc('a', 'b')),
      ]
      expect(['credentials', 'refused']).toContain(read.why)
      if (status !== 401) expect(write.message).toContain('That will not do.')
      expect(cloud.asked.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
        ...['GET /v2/account', 'GET /v2/vpcs', 'POST /v2/vpcs'],
      ])
      expect(waits).toEqual([])
    },
  )

  test('429 waits as long as it is told, also before something is made', async () => {
    const body = { id: 'too_many_requests', message: 'API Rate limit exceeded.' }
    cloud.misbehave({ on: 'GET /v2/vpcs', how: { status: 429, headers: { 'retry-after': '7' }, body } })
    const reset = String(Math.ceil(Date.now() / 1000) + 20)
    cloud.misbehave({
      on: 'POST /v2/vpcs',
      how: { status: 429, headers: { 'ratelimit-reset': reset }, body },
    })
    expect((await provider().ensureVpc('a', 'fra1')).outcome).toBe('made')
    expect(waits[0]).toBe(7000)
    expect(waits[1]).toBeGreaterThan(15_000)
    expect(cloud.state.vpcs).toHaveLength(1)
  })

  test('429 for the rest of the hour is for a person to wait out', async () => {
    cloud.misbehave({ on: 'GET', how: { status: 429, headers: { 'retry-after': '1800' } } })
    const failure = await failureOf(provider().checkAccount())
    expect(failure.message).toMatch(/no more calls from this account for 1800 s/)
    expect(waits).toEqual([])
  })

  test.each([{ status: 500 }, { status: 503, body: '<html>' }, 'cut'] as const)(
    'what reads is tried again after %j',
    async (how) => {
      cloud.misbehave({ on: 'GET /v2/account', times: 2, how })
      await provider().checkAccount()
      expect(waits).toEqual([500, 1000])
    },
  )

  test('a PUT may be sent twice: it says how things are to be', async () => {
    await provisionOnce()
    Object.assign(cloud.state.firewalls[0] ?? {}, { droplet_ids: [] })
    cloud.misbehave({ on: 'PUT /v2/firewalls', how: 'done then 502' })
    expect((await provisionOnce()).outcomes['firewall']).toBe('changed')
  })

  test('a day that does not get better ends with a sentence', async () => {
    cloud.misbehave({ on: 'GET', times: 99, how: { status: 502 } })
    const failure = await failureOf(provider().checkAccount())
    expect(failure).toMatchObject({ why: 'unavailable' })
    expect(cloud.asked).toHaveLength(5)
  })

  test('one that does not answer is not waited for for ever', async () => {
    cloud.misbehave({ on: 'GET', times: 99, how: 'hang' })
    const failure = await failureOf(provider({ patienceMs: 100 }).checkAccount())
    expect(failure.message).toMatch(/no answer in time/)
  })

  test.each([['{'], ['[]'], [''], [{ account: {} }], ['<html>']])(
    'an answer that is none (%j) is no yes',
    async (body) => {
      cloud.misbehave({ on: 'GET', how: { status: 200, body } })
      expect(await failureOf(provider().checkAccount())).toMatchObject({ why: 'odd-answer' })
    },
  )

  test('a list without an end is left', async () => {
    const links = { pages: { next: `${cloud.url}/v2/vpcs?page=2` } }
    cloud.misbehave({ on: 'GET', times: 999, how: { status: 200, body: { vpcs: [], links } } })
    expect((await failureOf(provider().ensureVpc('a', 'b'))).message).toMatch(/has no end/)
  })

  test('O4: whatever goes wrong, the token is in no sentence', async () => {
    const hows = [
      { status: 500, body: cloud.token },
      { status: 403 },
      'cut',
      { status: 200, body: cloud.token },
    ] as const
    for (const how of hows) {
      cloud.misbehave({ on: 'GET', times: 5, how })
      const failure = await failureOf(provider().checkAccount())
      expect(`${failure.stack} ${JSON.stringify(failure)}`).not.toContain(cloud.token)
    }
  })
})

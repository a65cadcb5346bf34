import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A cloud on loopback that speaks DigitalOcean's v2 shapes, remembers what it was asked, and misbehaves on demand. */
export type FakeCloud = {
  url: string
  token: string
  asked: Asked[]
  /** What it holds; a test may put things there, or take them away. */
  state: State
  /** The next calls that this fits are answered so instead. */
  misbehave(way: Misbehaviour): void
  close(): Promise<void>
}
export type Asked = { method: string; path: string; body: unknown; authorization: string | undefined }
export type Misbehaviour = {
  on: string
  times?: number
  /** `done`: the call has its effect, and its answer gets lost. */
  how: Answer | 'hang' | 'cut' | 'done then cut' | 'done then 502'
}
type Answer = { status: number; headers?: Record<string, string>; body?: unknown }
type Row = Record<string, unknown> & { id: number | string; name: string }
type State = Required<Wanted> & {
  status: 'active' | 'locked'
  droplets: (Row & { status: string; polls: number; networks: Record<'v4' | 'v6', unknown[]> })[]
  actions: { id: number; polls: number; type: string; status: string }[]
  firewalls: Row[]
  vpcs: Row[]
  keys: Row[]
  domains: { name: string }[]
  records: Map<string, Row[]>
}

/** As few as that, so that every list has several. */
const PER_PAGE = 2
/** How often one has to ask until something is done. */
const POLLS = 3

/** Where its droplets are, and who is told when one is made. */
type Wanted = { v4?: string; onDroplet?: (userData: string) => void }

export async function openFakeCloud({
  v4 = '203.0.113.7',
  onDroplet = () => {},
}: Wanted = {}): Promise<FakeCloud> {
  const state: State = {
    v4,
    onDroplet,
    ...{ status: 'active', droplets: [], actions: [], firewalls: [], vpcs: [], keys: [], domains: [] },
    records: new Map(),
  }
  const cloud: Omit<FakeCloud, 'url' | 'close' | 'misbehave'> = {
    token: 'dop_v1_canary_of_tests',
    asked: [],
    state,
  }
  const ways: (Misbehaviour & { times: number })[] = []
  const server = createServer((request, response) => void serve(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request
    const at = new URL(request.url ?? '/', url)
    const given = await text(request)
    const body: unknown = given ? JSON.parse(given) : undefined
    cloud.asked.push({ method, path: at.pathname + at.search, body, authorization: headers.authorization })
    const way = ways.find(({ on, times }) => times > 0 && `${method} ${at.pathname}`.startsWith(on))
    if (way) {
      way.times -= 1
      if (way.how === 'hang') return
      if (typeof way.how === 'object') return send(response, way.how)
      if (way.how !== 'cut') answer(state, method, at, body)
      if (way.how === 'done then 502')
        return send(response, { status: 502, body: '<html>Bad Gateway</html>' })
      return void response.destroy()
    }
    if (headers.authorization !== `Bearer ${cloud.token}`) return send(response, UNAUTHORIZED)
    send(response, answer(state, method, at, body))
  }

  return Object.assign(cloud, {
    url,
    misbehave: (way: Misbehaviour) => void ways.push({ times: 1, ...way }),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}

/** One that has a droplet already, and nothing that belongs to it. */
export async function openCloudWith({ name, v4 }: { name: string; v4: string }): Promise<FakeCloud> {
  const cloud = await openFakeCloud({ v4 })
  const made = await fetch(`${cloud.url}/v2/droplets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${cloud.token}` },
    body: JSON.stringify({ name }),
  })
  if (!made.ok) throw new Error(await made.text())
  const { droplet } = (await made.json()) as { droplet: { id: number } }
  for (let poll = 0; poll < POLLS; poll += 1)
    await fetch(`${cloud.url}/v2/droplets/${droplet.id}`, {
      headers: { authorization: `Bearer ${cloud.token}` },
    })
  return cloud
}

const UNAUTHORIZED = { status: 401, body: { id: 'unauthorized', message: 'Unable to authenticate you' } }
const NOT_FOUND = {
  status: 404,
  body: { id: 'not_found', message: 'The resource you requested could not be found.' },
}

function send(response: ServerResponse, { status, headers = {}, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}))
}

type Call = { state: State; at: URL; body: Record<string, unknown>; parts: string[] }
const ROUTES: readonly (readonly [RegExp, (call: Call) => Answer])[] = [
  [
    /^GET \/v2\/account$/,
    ({ state }) => ok({ account: { status: state.status, droplet_limit: 10, email: 'a@b.c' } }),
  ],
  [/^GET \/v2\/account\/keys$/, ({ state, at }) => page(at, 'ssh_keys', state.keys)],
  [
    /^POST \/v2\/account\/keys$/,
    ({ state, body }) => made(state.keys, 'ssh_key', { ...body, fingerprint: 'aa:bb' }),
  ],
  [/^GET \/v2\/vpcs$/, ({ state, at }) => page(at, 'vpcs', state.vpcs)],
  [/^POST \/v2\/vpcs$/, ({ state, body }) => made(state.vpcs, 'vpc', body, (id) => `vpc-${id}`)],
  [/^GET \/v2\/droplets$/, listDroplets],
  [/^POST \/v2\/droplets$/, createDroplet],
  [/^GET \/v2\/droplets\/(\d+)$/, readDroplet],
  [/^GET \/v2\/actions\/(\d+)$/, readAction],
  [/^GET \/v2\/firewalls$/, ({ state, at }) => page(at, 'firewalls', state.firewalls)],
  [
    /^POST \/v2\/firewalls$/,
    ({ state, body }) => made(state.firewalls, 'firewall', body, (id) => `fw-${id}`),
  ],
  [
    /^PUT \/v2\/firewalls\/(.+)$/,
    ({ state, body, parts }) => put(state.firewalls, 'firewall', parts[0], body),
  ],
  [/^GET \/v2\/domains$/, ({ state, at }) => page(at, 'domains', state.domains)],
  [/^POST \/v2\/domains$/, createDomain],
  [
    /^GET \/v2\/domains\/([^/]+)\/records$/,
    ({ state, at, parts }) => page(at, 'domain_records', recordsOf(state, parts)),
  ],
  [
    /^POST \/v2\/domains\/([^/]+)\/records$/,
    ({ state, body, parts }) => made(recordsOf(state, parts), 'domain_record', body),
  ],
  [
    /^PUT \/v2\/domains\/([^/]+)\/records\/(\d+)$/,
    ({ state, body, parts }) => put(recordsOf(state, parts), 'domain_record', parts[1], body),
  ],
]

function answer(state: State, method: string, at: URL, body: unknown): Answer {
  for (const [route, deed] of ROUTES) {
    const match = route.exec(`${method} ${at.pathname}`)
    if (match)
      return deed({
        ...{ state, at, parts: match.slice(1).map(decodeURIComponent) },
        body: (body ?? {}) as Record<string, unknown>,
      })
  }
  return NOT_FOUND
}

const ok = (body: unknown): Answer => ({ status: 200, body })

/** The provider's own limit wins over what was asked for. */
function page(at: URL, name: string, all: readonly unknown[]): Answer {
  const number = Number(at.searchParams.get('page') ?? '1')
  const next = new URL(at)
  next.searchParams.set('page', String(number + 1))
  const hasMore = number * PER_PAGE < all.length
  return ok({
    [name]: all.slice((number - 1) * PER_PAGE, number * PER_PAGE),
    links: hasMore ? { pages: { next: next.href, last: next.href } } : {},
    meta: { total: all.length },
  })
}

let lastId = 1000
const newId = (): number => (lastId += 1)

function made(
  rows: Row[],
  name: string,
  body: Record<string, unknown>,
  idOf: (id: number) => number | string = (id) => id,
) {
  const row = { ...body, id: idOf(newId()) } as Row
  rows.push(row)
  return { status: 201, body: { [name]: row } }
}

function put(rows: Row[], name: string, id: string | undefined, body: Record<string, unknown>): Answer {
  const row = rows.find((one) => String(one.id) === id)
  if (!row) return NOT_FOUND
  Object.assign(row, body)
  return ok({ [name]: row })
}

function listDroplets({ state, at }: Call): Answer {
  const name = at.searchParams.get('name')
  return page(
    at,
    'droplets',
    state.droplets.filter((one) => name === null || one.name.toLowerCase() === name.toLowerCase()),
  )
}

function createDroplet({ state, body }: Call): Answer {
  const id = newId()
  const droplet = {
    ...body,
    id,
    name: String(body['name']),
    status: 'new',
    polls: 0,
    networks: { v4: [], v6: [] },
  }
  const action = { id: newId(), polls: 0, type: 'create', status: 'in-progress' }
  state.droplets.push(droplet)
  state.onDroplet(String(body['user_data']))
  state.actions.push(action)
  const links = {
    actions: [{ id: action.id, rel: 'create', href: `https://example.invalid/v2/actions/${action.id}` }],
  }
  return { status: 202, body: { droplet, links } }
}

/** A little more of it is there each time one looks: first nothing, then an address, then it is on. */
function readDroplet({ state, parts }: Call): Answer {
  const droplet = state.droplets.find(({ id }) => String(id) === parts[0])
  if (!droplet) return NOT_FOUND
  droplet.polls += 1
  if (droplet.polls >= POLLS - 1)
    droplet.networks = {
      v4: [
        { ip_address: '10.0.0.2', type: 'private' },
        { ip_address: state.v4, type: 'public' },
      ],
      v6: [{ ip_address: '2001:db8::7', type: 'public' }],
    }
  if (droplet.polls >= POLLS && droplet.status === 'new') droplet.status = 'active'
  return ok({ droplet })
}

function readAction({ state, parts }: Call): Answer {
  const action = state.actions.find(({ id }) => String(id) === parts[0])
  if (!action) return NOT_FOUND
  action.polls += 1
  if (action.polls >= POLLS && action.status === 'in-progress') action.status = 'completed'
  return ok({ action })
}

function createDomain({ state, body }: Call): Answer {
  const domain = { name: String(body['name']), ttl: 1800 }
  state.domains.push(domain)
  return { status: 201, body: { domain } }
}

function recordsOf(state: State, [zone = '']: string[]): Row[] {
  const rows = state.records.get(zone) ?? [
    { id: newId(), type: 'NS', name: '@', data: 'ns1.example.net' },
    { id: newId(), type: 'NS', name: '@', data: 'ns2.example.net' },
    { id: newId(), type: 'MX', name: '@', data: 'mail.example.net' },
  ]
  state.records.set(zone, rows)
  return rows
}

import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../deeds/run.ts'
import { ROOT } from '../../launch/places.mjs'
import { runNode } from '../../local/child.ts'
import { reportSchema } from '../../report/schema.ts'
import { openTurnstile, runBrowserTests, type SharedTurnstile } from './browser.ts'
import { type MailCatcher, openMailCatcher } from './mail-catcher.ts'
import { openStack, SERVICES, type Stack } from './stack.ts'
import { openWorld } from './world.ts'

/** The most that the project adds to the image that it stands on. */
const MOST_ADDED_MB = 120
const NODE_IMAGE = 'node:24.21.0-trixie-slim'

let stack: Stack
let mail: MailCatcher
let turnstile: SharedTurnstile
/** What was opened, also where the set-up broke off in the middle of it. */
const opened: { close(): Promise<void> }[] = []
const seconds: Record<string, number> = {}

async function timed<T>(what: string, deed: () => Promise<T>): Promise<T> {
  const startedAt = Date.now()
  const result = await deed()
  seconds[what] = Math.round((Date.now() - startedAt) / 100) / 10
  return result
}

beforeAll(async () => {
  opened.push((mail = await openMailCatcher()))
  opened.push((turnstile = await openTurnstile(await hostAddress())))
  stack = await openStack('latchkey-containers', {
    ADMIN_EMAIL: 'ada@example.com',
    IMAGE_TAG: 'containers',
    SMTP_HOST: await hostAddress(),
    SMTP_PORT: String(mail.smtpPort),
    SMTP_USE_TLS: 'off',
    EMAIL_FROM_ADDRESS: 'no-reply@latchkey.test',
    TURNSTILE_SITE_KEY: 'site-key-of-the-fake',
    TURNSTILE_URL: turnstile.url,
  })
  opened.push(stack)
  await runNode(
    { args: ['ops/gen-secrets.ts', '--write', `${stack.dir}/secrets`], env: process.env },
    AbortSignal.timeout(60_000),
  )
  writeFileSync(`${stack.dir}/secrets/turnstile_secret_key`, 'secret-of-the-fake')
  await timed('build', () => stack.compose('build', 'server-a', 'stand-in'))
  await timed('healthy', () => stack.compose('up', '--detach', '--no-build', '--wait', ...SERVICES))
})
afterAll(async () => {
  process.stdout.write(`${JSON.stringify(seconds)}\n`)
  await Promise.all(opened.map((one) => one.close()))
})

/** This machine, as containers see it that may leave theirs. An engine does not always say the gateway of its bridge. */
async function hostAddress(): Promise<string> {
  const format = '{{index .Options "com.docker.network.bridge.name"}}'
  const bridge = (await run(['docker', 'network', 'inspect', '--format', format, 'bridge'])).stdout.trim()
  // Node leaves out a bridge on which no container hangs yet.
  const { stdout } = await run(['ip', '-4', '-oneline', 'address', 'show', 'dev', bridge])
  const address = / inet ([\d.]+)/.exec(stdout)?.[1]
  if (!address) throw new Error(`This machine has no address on the engine's bridge (${bridge || 'unnamed'})`)
  return address
}

type Inspected = {
  Config: { User: string }
  HostConfig: {
    ReadonlyRootfs: boolean
    CapDrop: string[]
    CapAdd: string[] | null
    SecurityOpt: string[]
    Memory: number
    NanoCpus: number
    PidsLimit: number
    PortBindings: Record<string, { HostIp: string; HostPort: string }[]>
    Privileged: boolean
    Binds: string[] | null
  }
  NetworkSettings: { Networks: Record<string, { IPAddress: string }> }
}

async function inspect(service: string): Promise<Inspected> {
  const id = (await stack.compose('ps', '--quiet', service)).trim()
  return (JSON.parse(await stack.docker('inspect', id)) as [Inspected])[0]
}

const OURS = SERVICES.filter((name) => name !== 'stand-in')

test('Q2, Q14: from a clean state everything is up and well, and answers through the edge', async () => {
  const health = await fetch(`${stack.url}/api/health`)
  expect([health.status, await health.json()]).toMatchObject([200, { ok: true, db_ok: true, redis_ok: true }])
  const page = await fetch(stack.url, { headers: { accept: 'text/html' } })
  expect([page.status, await page.text()]).toMatchObject([200, expect.stringContaining('<div id="root">')])
  for (const path of ['/internal/ready', '/metrics']) expect((await fetch(stack.url + path)).status).toBe(404)
})

test('U3: what is served keeps what shared/contract/openapi.yaml promises', async () => {
  const out = mkdtempSync(join(tmpdir(), 'latchkey-contract-'))
  try {
    const words = ['--url', stack.url, '--read-only', '--json', '--out', out]
    const { stdout, stderr } = await run([process.execPath, 'ops/verify.ts', ...words], { cwd: ROOT })
    const report = reportSchema.parse(JSON.parse(stdout))
    const { openApiContractCheck, healthContractCheck } = report
    expect([openApiContractCheck, healthContractCheck], stderr).toMatchObject([
      { verdict: 'pass' },
      { verdict: 'pass' },
    ])
  } finally {
    rmSync(out, { recursive: true })
  }
})

describe.each(OURS)('N1, Q7: %s, while it runs', (service) => {
  test('is nobody, may do nothing more, writes nowhere, and is bounded', async () => {
    const { Config, HostConfig } = await inspect(service)
    expect(Config.User).not.toMatch(/^(|root|0(:.*)?)$/)
    expect(HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      CapAdd: null,
      Privileged: false,
      SecurityOpt: ['no-new-privileges:true'],
    })
    for (const limit of ['Memory', 'NanoCpus', 'PidsLimit'] as const)
      expect(HostConfig[limit], limit).toBeGreaterThan(0)
    expect(JSON.stringify(HostConfig.Binds)).not.toContain('docker.sock')

    const status = await stack.exec(service, 'cat', '/proc/1/status')
    const value = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status.stdout)?.[1]
    expect(value('Uid')).not.toBe('0')
    expect(value('CapEff')).toBe('0000000000000000')
    expect(value('CapBnd')).toBe('0000000000000000')
    expect(value('NoNewPrivs')).toBe('1')
    const written = await stack.exec(service, 'touch', '/written')
    expect([written.code, written.stderr]).toEqual([1, expect.stringMatching(/Read-only file system/)])
  })

  test('has no secret in its environment or among its words', async () => {
    const secrets = await secretsOf(stack)
    const { stdout } = await stack.exec(service, 'cat', '/proc/1/environ', '/proc/1/cmdline')
    for (const [name, text] of secrets) expect(stdout.includes(text), name).toBe(false)
  })
})

async function secretsOf({ dir }: Stack): Promise<[string, string][]> {
  return readdirSync(`${dir}/secrets`)
    .map((name): [string, string] => [name, readFileSync(`${dir}/secrets/${name}`, 'utf8').trim()])
    .filter(([, text]) => text !== '')
}

describe('N2, Q3, P5: who reaches whom', () => {
  const PORTS = { postgres: 5432, redis: 6379, 'server-a': 8000, 'server-b': 8000, jobs: 9400 } as const

  test('from outside nothing but the edge is published', async () => {
    for (const service of SERVICES) {
      const { HostConfig } = await inspect(service)
      const published = Object.keys(HostConfig.PortBindings ?? {})
      expect(published, service).toEqual(service === 'stand-in' ? ['8080/tcp'] : [])
    }
    for (const port of Object.values(PORTS)) expect(await isOpen('127.0.0.1', port), `${port}`).toBe(false)
  })

  const MATRIX: Record<(typeof OURS)[number], readonly (keyof typeof PORTS)[]> = {
    'server-a': ['postgres', 'redis', 'server-a', 'server-b'],
    'server-b': ['postgres', 'redis', 'server-a', 'server-b'],
    jobs: ['postgres', 'redis', 'server-a', 'server-b'],
    postgres: ['postgres', 'redis', 'server-a', 'server-b'],
    redis: ['postgres', 'redis', 'server-a', 'server-b'],
  }
  test.each(OURS)('from %s', async (from) => {
    const open = []
    for (const [to, port] of Object.entries(PORTS)) {
      const host = to === from ? '127.0.0.1' : to
      if (to === 'jobs' && from === 'jobs') continue
      if (await reaches(from, host, port)) open.push(to)
    }
    expect(open).toEqual(MATRIX[from])
  })

  test('out into the world go the server, for its captcha and sign-in services, and the worker, for mail', async () => {
    const world = await openWorld()
    const out = []
    for (const from of OURS) if (await reaches(from, world.address, world.port)) out.push(from)
    await world.close()
    expect(out).toEqual(['server-a', 'server-b', 'jobs'])
  })

  /** With what each image has: bash, which opens connections by itself, or node. */
  async function reaches(from: string, host: string, port: number): Promise<boolean> {
    const { code } = await stack.exec(
      from,
      'timeout',
      '3',
      'bash',
      '-c',
      'exec 3<>"/dev/tcp/$0/$1"',
      host,
      String(port),
    )
    return code === 0
  }
})

const isOpen = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 })
    const answer = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.once('connect', () => answer(true))
    for (const event of ['error', 'timeout']) socket.once(event, () => answer(false))
  })

describe('N5, Q13: the database', () => {
  const PG = `
    const [driver, url, statement] = process.argv.slice(1)
    const { default: pg } = await import(driver)
    const client = new pg.Client({ connectionString: url })
    try { await client.connect(); console.log(JSON.stringify((await client.query(statement)).rows)) }
    catch (error) { console.log(String(error.code ?? error.message)) }
    finally { await client.end().catch(() => {}) }`
  const ask = async (url: string, statement: string): Promise<string> => {
    const { stdout, stderr } = await stack.exec(
      'server-a',
      'node',
      '--input-type=module',
      '--eval',
      PG,
      '--',
      'pg',
      url,
      statement,
    )
    return stdout.trim() || stderr
  }
  const urlOf = async (name: string) =>
    new URL((await secretsOf(stack)).find(([file]) => file === name)?.[1] ?? '')

  test('lets the app in with TLS, its own password and the right certificate, and in no other way', async () => {
    const url = await urlOf('database_url')
    expect(await ask(url.href, 'select ssl, version from pg_stat_ssl where pid = pg_backend_pid()')).toMatch(
      /"ssl":true,"version":"TLSv1.3"/,
    )
    const plain = new URL(url)
    plain.search = ''
    expect(await ask(plain.href, 'select 1')).toBe('28000')
    const stranger = new URL(url)
    stranger.searchParams.set('sslrootcert', '/etc/ssl/certs/ca-certificates.crt')
    expect(await ask(stranger.href, 'select 1')).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY/)
    const wrong = new URL(url)
    wrong.password = 'wrong'
    expect(await ask(wrong.href, 'select 1')).toBe('28P01')
  })

  test('keeps passwords as SCRAM only', async () => {
    const url = await urlOf('admin_database_url')
    const asked = `select count(*)::int as n from pg_authid where rolpassword is not null and rolpassword not like 'SCRAM-SHA-256$%'`
    expect(await ask(url.href, asked)).toBe('[{"n":0}]')
  })

  test('cancels what the app lets run too long, and lets it make nothing', async () => {
    const url = await urlOf('database_url')
    expect(await ask(url.href, 'select pg_sleep(6)')).toBe('57014')
    expect(await ask(url.href, 'create table mine (id int)')).toBe('42501')
    expect(await ask(url.href, 'delete from audit_events')).toBe('42501')
  })
})

describe('N7: Redis', () => {
  const SAY = `
    const [driver, url, ...words] = process.argv.slice(1)
    const { Redis } = await import(driver)
    const client = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null, lazyConnect: true})
    client.on('error', () => {})
    try { await client.connect(); console.log(String(await client.call(...words))) }
    catch (error) { console.log(String(error.message)) }
    client.disconnect()`
  const KNOCK = `
    import { connect } from 'node:net'
    const socket = connect(6379, 'redis', () => socket.write('PING\\r\\n'))
    socket.setTimeout(5000, () => socket.destroy()).on('data', (said) => socket.end(() => process.stdout.write(said)))`
  const say = async (url: string, ...words: string[]): Promise<string> =>
    (
      await stack.exec(
        'server-a',
        'node',
        '--input-type=module',
        '--eval',
        SAY,
        '--',
        'ioredis',
        url,
        ...words,
      )
    ).stdout.trim()

  test('knows the server, and takes from it what counting needs and nothing else', async () => {
    const url = (await secretsOf(stack)).find(([file]) => file === 'redis_url')?.[1] ?? ''
    expect(await say(url, 'PING')).toBe('PONG')
    for (const words of [
      ['KEYS', '*'],
      ['CONFIG', 'GET', '*'],
      ['FLUSHALL'],
      ['FLUSHDB'],
      ['SHUTDOWN'],
      ['DEBUG', 'SLEEP', '0'],
      ['ACL', 'LIST'],
      ['SCRIPT', 'FLUSH'],
      ['MONITOR'],
      ['GET', 'somebody:elses'],
    ])
      expect(await say(url, ...words), words.join(' ')).toMatch(/NOPERM|permission|not allowed/i)
    // By hand: the driver hangs up when it is told so.
    const { stdout } = await stack.exec('server-a', 'node', '--input-type=module', '--eval', KNOCK)
    expect(stdout).toMatch(/^-NOAUTH/)
    const wrong = new URL(url)
    wrong.password = 'wrong'
    expect(await say(wrong.href, 'PING')).toMatch(/WRONGPASS|closed/i)
  })
})

describe('Q6, N8, L1: the image', () => {
  const IMAGE = 'latchkey:containers'

  test('adds less than 120 MB to the one that it stands on', async () => {
    const sizeOf = async (image: string) =>
      Number(await stack.docker('image', 'inspect', '--format', '{{.Size}}', image)) / 1e6
    const added = (await sizeOf(IMAGE)) - (await sizeOf(NODE_IMAGE))
    seconds['added MB'] = Math.round(added)
    expect(added).toBeLessThan(MOST_ADDED_MB)
  })

  test('holds what runs, and nothing that only builds, proves or explains', async () => {
    const listed = await stack.docker('run', '--rm', '--network=none', IMAGE, 'find', '/app', '-type', 'f')
    const paths = listed.trim().split('\n')
    expect(paths.length).toBeGreaterThan(500)
    const own = paths
      .filter((path) => !path.includes('/node_modules/'))
      .map((path) => path.replace('/app/', ''))
    const ALLOWED =
      /^(package\.json|containers\/(ask|migrate|after-migration)|(shared|db|server|jobs)\/package\.json|shared\/(src\/.+\.ts|contract\/openapi\.yaml)|db\/(src\/.+\.ts|migrations\/\d{4}_\w+\.ts|schema-check\.ts|expected-schema\.json|data\/common-passwords\.txt)|server\/src\/.+\.(ts|js|css|html|svg)|jobs\/src\/.+\.ts|client\/dist\/.+)$/
    expect(own.filter((path) => !ALLOWED.test(path))).toEqual([])
    const REFUSED = /\.(map|pem|key)$|\.test\.|\/(test|tests|bench|__tests__|\.git)\/|\/\.env/
    expect(paths.filter((path) => REFUSED.test(path))).toEqual([])
  })

  test('has no secret in any layer, in its history or in its settings', async () => {
    const history = await stack.docker('history', '--no-trunc', '--format', '{{.CreatedBy}}', IMAGE)
    const config = await stack.docker('image', 'inspect', IMAGE)
    const secrets = await secretsOf(stack)
    for (const [name, text] of secrets) expect(`${history}${config}`.includes(text), name).toBe(false)
    const planted: [string, string] = ['a line of ours', 'export const BRAND = {']
    expect(await heldInLayers(IMAGE, [...secrets, planted])).toEqual(['a line of ours'])
  })

  /** Layers are saved as they are, so what a file holds can be found in them. */
  async function heldInLayers(image: string, wanted: [name: string, text: string][]): Promise<string[]> {
    const longest = Math.max(...wanted.map(([, text]) => Buffer.byteLength(text)))
    const held = new Set<string>()
    let end = Buffer.alloc(0)
    const saving = spawn('docker', ['save', image], { stdio: ['ignore', 'pipe', 'inherit'] })
    for await (const chunk of saving.stdout) {
      const piece = Buffer.concat([end, chunk as Buffer])
      for (const [name, text] of wanted) if (piece.includes(text)) held.add(name)
      end = piece.subarray(-longest)
    }
    return [...held]
  }
})

test('Q14: the browser tests, on the stack', async () => {
  const outcome = await timed('browser', () => runBrowserTests(stack, mail, turnstile.port))
  expect(outcome).toMatchObject({ failed: 0, skipped: 0 })
  expect(outcome.passed).toBeGreaterThan(60)
}, 1_800_000)

test('Q10: what people entrusted to it is there after down and up', async () => {
  const email = 'stays@example.com'
  const answer = await register(email)
  expect(answer.status).toBe(202)
  const before = await count(email)
  expect(before).toBe('1')
  await timed('down', () => stack.compose('down', '--timeout', '10'))
  await timed('up again', () => stack.compose('up', '--detach', '--no-build', '--wait', ...SERVICES))
  expect(await count(email)).toBe('1')
  expect((await fetch(`${stack.url}/api/health`)).status).toBe(200)

  async function register(address: string): Promise<Response> {
    const first = await fetch(`${stack.url}/api/auth/csrf`)
    const { csrfToken } = (await first.json()) as { csrfToken: string }
    return fetch(`${stack.url}/api/auth/register`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-csrf-token': csrfToken,
        cookie: first.headers
          .getSetCookie()
          .map((cookie) => cookie.split(';')[0])
          .join('; '),
      },
      body: JSON.stringify({ email: address, password: 'copper-meadow-violin-58' }),
    })
  }

  async function count(address: string): Promise<string> {
    const password = (await secretsOf(stack)).find(([name]) => name === 'postgres_password')?.[1] ?? ''
    const asked = `select count(*) from users where email = '${address}'`
    const { stdout, stderr } = await stack.exec(
      'postgres',
      'env',
      `PGPASSWORD=${password}`,
      'psql',
      '--host=/run/postgresql',
      '--username=postgres',
      '--tuples-only',
      '--no-align',
      '--command',
      asked,
      'latchkey',
    )
    return stdout.trim() || stderr
  }
})

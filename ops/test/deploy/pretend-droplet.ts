import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { makeCertificate } from '@latchkey/shared/certificate'
import type { Source } from '@latchkey/shared/env'
import { openPretend, type Pretend } from '../verify/pretend-product.ts'
import type { Again, Came } from './deploy-again.ts'
import { type Deployed, envFileOf, openOperator, type Operator, reportIn, settingsFor } from './operator.ts'
import { type Container, findContainer, type Sick } from './pretend-engine.ts'
import type { Order } from './pretend-program.ts'
import type { Spawned } from './spawn-spy.ts'
import { openTestSshd, type TestSshd } from './sshd.ts'

/**
 * A droplet without an engine: sshd, git and every program are real, and only `docker` is played (pretend-engine.ts).
 * What was started on it is remembered with its words and its whole environment, and can misbehave on demand. The
 * product that answers for its containers is the pretended one of the probes.
 */
export type PretendDroplet = {
  product: Pretend
  operator: Operator
  sshd: TestSshd
  /** Where the checkout, `.env`, the secrets and the state are. */
  place: string
  /** `node ops/deploy.ts` to its end, as a process of its own. */
  deploy(words?: readonly string[], change?: Change): Promise<Deployed>
  /** The same, to be watched and killed. */
  start(words?: readonly string[], change?: Change): Running
  /** The same without starting a process each time, and so the quickest. */
  again(words?: readonly string[], change?: Change): Promise<Deployed>
  /** Each program that was started on the droplet, in order, by whomever. */
  heard(): Heard[]
  /** Each program that a deploy has started here. */
  spawned(): Spawned[]
  /** Both of the above begin anew. */
  forget(): void
  /** The calls that an order is about are answered so instead; without one, all is well again. */
  misbehave(...orders: Wish[]): void
  /** Whether a call came that one of them was about. */
  hasMisbehaved(): boolean
  /** These services do not get well when they are started; without one, all do. */
  sicken(...sick: Sick[]): void
  container(service: string): Container | undefined
  /** As if nothing had ever been deployed there. */
  raze(): void
  close(): Promise<void>
}
/** What is other than usual for one deploy: `undefined` takes a setting away. */
export type Change = {
  /** In deploy.env. */
  settings?: Source
  /** In app.env. */
  app?: Source
  env?: Source
  names?: Again['names']
}
type Wish = Pick<Order, 'on' | 'how'> & Partial<Order>
export type Running = { child: ChildProcess; output(): string; ended: Promise<Deployed> }
export type Heard = { program: string; words: string[]; env: string[] }

/** All that a command of ours begins with, and what those call themselves. */
const PROGRAMS = [
  ...['cat', 'cp', 'date', 'df', 'docker', 'env', 'flock', 'git', 'grep', 'head', 'ls', 'mkdir', 'mv', 'rm'],
  ...['sh', 'ssh-keygen', 'tail', 'test', 'touch'],
]
const USUAL = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin']
/** Nothing else listens there, whatever runs on the machine besides. */
const ADDRESS = process.platform === 'linux' ? '127.0.0.77' : '127.0.0.1'
const DOMAIN = 'product.example.com'
const ADMIN_HOSTS = ['admin', 'desk'].map((label) => `${label}.${DOMAIN}`)

export async function openPretendDroplet(): Promise<PretendDroplet> {
  const home = mkdtempSync(join(tmpdir(), 'latchkey-pretend-'))
  const at = (...names: string[]) => join(home, ...names)
  const rig = at('rig')
  for (const room of ['bin', 'heard', 'engine']) mkdirSync(join(rig, room), { recursive: true })
  for (const name of PROGRAMS) wrap(rig, name)
  const certificate = makeCertificate({
    names: [DOMAIN, ...ADMIN_HOSTS],
    from: daysFromNow(-1),
    until: daysFromNow(60),
  })
  writeFileSync(at('trusted.pem'), certificate.cert)
  const product = await openPretend(certificate, ADMIN_HOSTS, { name: DOMAIN, address: ADDRESS })
  const hands = await lend(product)
  writeFileSync(join(rig, 'engine', 'product'), hands.url)
  mkdirSync(at('account'))
  // A home of its own: what whoever runs the tests has in theirs would come before our programs.
  const sshd = await openTestSshd({
    address: ADDRESS,
    env: { PATH: [join(rig, 'bin'), ...USUAL].join(':'), HOME: at('account') },
  })
  const operator = await openOperator(home)
  const place = at('place')
  // Whoever is asked with ENV=prod has to show a certificate that is believed.
  const usualEnv = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    NODE_EXTRA_CA_CERTS: at('trusted.pem'),
  }
  let again: ChildProcess | undefined

  /** Writes the two files as they are to be this time. */
  function prepare(words: readonly string[], { settings, app, env, names = {} }: Change) {
    const usual = settingsFor(sshd.target, place, operator.origin)
    writeFileSync(at('deploy.env'), envFileOf({ ...usual, ...settings }), { mode: 0o600 })
    const told = { PUBLIC_URL: product.origin, ADMIN_EMAIL: 'root@example.com', ...app }
    writeFileSync(at('app.env'), envFileOf(told))
    const files = ['--settings', at('deploy.env'), '--env', at('app.env')]
    return {
      argv: ['--watch', '0', ...files, ...words],
      env: { ...usualEnv, ...present(env ?? {}) },
      names,
    }
  }

  function start(words: readonly string[] = [], change: Change = {}): Running {
    const { argv, env, names } = prepare(words, change)
    const child = spawn(process.execPath, ['--import', SPY, 'ops/deploy.ts', ...argv], {
      cwd: operator.place,
      env: { ...env, SPAWNED: at('spawned'), NAMES: JSON.stringify(names) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (chunk: string) => (said[name] += chunk))
    const ended = once(child, 'close').then(([code]) => reportIn({ code: Number(code ?? -1), ...said }))
    return { child, output: () => said.stdout + said.stderr, ended }
  }

  const startAgain = () =>
    fork(join(operator.place, 'ops/test/deploy/deploy-again.ts'), {
      cwd: operator.place,
      execArgv: ['--import', SPY],
      env: { ...usualEnv, SPAWNED: at('spawned') },
    })

  return {
    ...{ product, operator, sshd, place, start },
    deploy: (words, change) => start(words, change).ended,
    async again(words = [], change = {}) {
      again ??= startAgain()
      again.send(prepare(words, change))
      const [came] = (await once(again, 'message')) as [Came]
      return reportIn(came)
    },
    heard: () => heardIn(rig),
    spawned: () => linesIn(at('spawned')).map((line) => JSON.parse(line) as Spawned),
    forget() {
      rmSync(at('spawned'), { force: true })
      rmSync(join(rig, 'calls'), { force: true })
      rmSync(join(rig, 'heard'), { recursive: true, force: true })
      mkdirSync(join(rig, 'heard'))
    },
    misbehave: (...orders) => giveOrders(rig, orders),
    hasMisbehaved: () => readdirSync(rig).some((file) => file.startsWith('hits-')),
    sicken: (...sick) => writeFileSync(join(rig, 'engine', 'sick'), JSON.stringify(sick)),
    container: (service) => findContainer(join(rig, 'engine'), service),
    raze() {
      rmSync(place, { recursive: true, force: true })
      rmSync(join(rig, 'engine'), { recursive: true, force: true })
      mkdirSync(join(rig, 'engine'))
      writeFileSync(join(rig, 'engine', 'product'), hands.url)
    },
    async close() {
      again?.kill()
      hands.close()
      await product.close()
      await sshd.close()
      rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  }
}

const SPY = pathToFileURL(join(import.meta.dirname, 'spawn-spy.ts')).href
const daysFromNow = (days: number): Date => new Date(Date.now() + days * 86_400_000)
const present = (given: Source): Record<string, string> =>
  Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )

/** A program that first writes down how it was started. Only what has to be played, or has orders, leaves the shell. */
function wrap(rig: string, name: string): void {
  const real = name === 'docker' ? '' : whereIs(name)
  const play = `NODE_COMPILE_CACHE='${rig}/compiled' exec '${process.execPath}' '${join(import.meta.dirname, 'pretend-program.ts')}' '${rig}' ${name} '${real}' "$@"`
  const text = `#!/bin/sh
{
  printf '%s\\n' "$#"
  [ "$#" -eq 0 ] || printf '%s\\0' "$@"
  /bin/cat "/proc/$$/environ"
  printf '\\0'
} >> '${rig}/heard/'"$$"
printf '%s %s\\n' "$$" ${name} >> '${rig}/calls'
${real === '' ? play : `[ -e '${rig}/ordered-${name}' ] && ${play}\nexec '${real}' "$@"`}
`
  const file = join(rig, 'bin', name)
  writeFileSync(file, text)
  chmodSync(file, 0o755)
}

function giveOrders(rig: string, orders: readonly Wish[]): void {
  for (const name of readdirSync(rig).filter((one) => /^(hits|ordered)-/.test(one))) rmSync(join(rig, name))
  for (const { on } of orders) {
    const [program = ''] = on.split(' ')
    // The remote shell counts on whose parent it is.
    if (program === 'sh') throw new Error('a shell takes no orders: order the programs that it starts')
    writeFileSync(join(rig, `ordered-${program}`), '')
  }
  const whole = orders.map((order) => ({ nth: 1, times: 1, ...order }))
  writeFileSync(join(rig, 'orders.json'), JSON.stringify(whole))
}

function whereIs(name: string): string {
  const found = USUAL.map((folder) => join(folder, name)).find((file) => existsSync(file))
  if (found === undefined) throw new Error(`${name} is not on this machine`)
  return found
}

/** One number may have been several programs, one after the other. */
function heardIn(rig: string): Heard[] {
  const rests = new Map<string, string>()
  return linesIn(join(rig, 'calls')).map((line) => {
    const [pid = '', program = ''] = line.split(' ')
    const rest = rests.get(pid) ?? readFileSync(join(rig, 'heard', pid), 'utf8')
    const head = rest.indexOf('\n')
    const fields = rest.slice(head + 1).split('\0')
    const count = Number(rest.slice(0, head))
    const end = fields.indexOf('', count)
    rests.set(pid, fields.slice(end + 1).join('\0'))
    return { program, words: fields.slice(0, count), env: fields.slice(count, end) }
  })
}

const linesIn = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []

type Question = { logs?: string; metrics?: boolean; tool?: string[] }

/** What the containers would say, asked for by the played engine. */
async function lend({ hands }: Pretend): Promise<{ url: string; close(): void }> {
  const letters = async (to: string) => {
    const found = await hands.letters?.(to)
    return { code: 0, stdout: JSON.stringify(found === undefined ? [] : [{ to, text: found }]), stderr: '' }
  }
  const said = (stdout: string) => ({ code: 0, stdout, stderr: '' })
  const answer = async ({ logs, metrics, tool = [] }: Question) => {
    if (metrics) return said((await hands.metrics?.()) ?? '')
    if (logs !== undefined) return said((await hands.logs?.()) ?? '')
    const [program = '', ...words] = tool
    if (program.endsWith('outbox-command.ts')) return letters(words[words.indexOf('--to') + 1] ?? '')
    return hands.tool?.([program, ...words])
  }
  const server = createServer((request, response) => {
    void text(request)
      .then((body) => answer(JSON.parse(body) as Parameters<typeof answer>[0]))
      .then((ran) => response.end(JSON.stringify(ran)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

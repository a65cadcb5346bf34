import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { openTestDb } from '@latchkey/db/test-db'
import { hashPassword } from '@latchkey/db/password-hash'
import { insertPerson } from '@latchkey/db/users'
import { proceduresOf } from '../../procedures.ts'
import { appRouter } from '../../router.ts'
import { Browser } from '../browser.ts'
import { runServer } from '../process.ts'
import { type Case, isWhole, type Papers, type Who, wireOf } from './case.ts'
import { casesOf } from './grammar.ts'
import { faultOf } from './judge.ts'
import type { Document } from './operations.ts'
import { KNOWN } from './values.ts'
import { exchange } from './wire.ts'

export type Fault = { what: string; case: Case }
export type Findings = {
  requests: number
  faults: Fault[]
  /** How often which status was heard, by where the cases come from. */
  statuses: Map<string, Map<number | string, number>>
  slowestMs: number
  /** After each part of the cases. */
  memoryMb: number[]
}

/** A server process of its own, people in it, and what becomes of it under cases. */
export type Target = {
  document: Document
  /** So many at once, in order. */
  run(cases: Iterable<Case>): Promise<void>
  /** What the process itself has to say at the end: alive, quiet, no fatter, and still answering. */
  finish(): Promise<Findings>
  close(): Promise<void>
}

const AT_ONCE = 12
const SLOW_MS = 1000
/** What is not whole is waited for this long. */
const IDLE_MS = 60

export async function openTarget(): Promise<Target> {
  const town = await openTestDb({ TRUSTED_PROXIES: '127.0.0.1', HEALTH_TIMEOUT_MS: '10000' })
  const server = await runServer(town.env, { flags: [HEAP] })
  const port = Number(new URL(server.url).port)
  const host = `localhost:${port}`
  const findings: Findings = {
    requests: 0,
    faults: [],
    statuses: new Map(),
    slowestMs: 0,
    memoryMb: [],
  }
  const passwordHash = await hashPassword('test', KNOWN.password)
  const sent = new Map<string, Case>()
  const slow: Case[] = []
  let born = 0

  await insert({ email: KNOWN.email })
  const papers = new Map<Who, Promise<Papers>>()
  const document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as Document

  async function insert(person: { email: string; roles?: readonly ['ADMIN'] }): Promise<void> {
    await town.db
      .transaction()
      .execute((trx) => insertPerson(trx, { displayName: null, passwordHash, ...person }))
  }

  /** Cases sign people out and change their passwords, so whoever is lost is replaced by somebody new. */
  async function issue(who: Who): Promise<Papers> {
    const browser = new Browser(server.url)
    const headers = { 'user-agent': 'fuzz' }
    await browser.get('/api/auth/csrf', { headers })
    if (who !== 'nobody') {
      const email = `fuzz-${(born += 1)}@example.com`
      await insert({ email, ...(who === 'admin' && { roles: ['ADMIN'] as const }) })
      const { status, text } = await browser.post(
        '/api/auth/login',
        { email, password: KNOWN.password },
        { headers },
      )
      if (status !== 200) throw new Error(`${who} could not sign in: ${status} ${text}`)
    }
    const cookie = [...browser.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    return { cookie, csrf: browser.csrf ?? '' }
  }

  function papersOf(who: Who): Promise<Papers> {
    const known = papers.get(who) ?? issue(who)
    papers.set(who, known)
    return known
  }

  function note(from: string, status: number | string): void {
    const counts = findings.statuses.get(from) ?? new Map<number | string, number>()
    findings.statuses.set(from, counts.set(status, (counts.get(status) ?? 0) + 1))
  }

  async function ask(one: Case) {
    const held = papersOf(one.who)
    const requestId = `fuzz-${String(findings.requests).padStart(8, '0')}`
    findings.requests += 1
    sent.set(requestId, one)
    const bytes = wireOf(one, await held, { host, requestId })
    const reply = await exchange(port, bytes, {
      ...(!isWhole(one) && { idleMs: IDLE_MS }),
      isHead: one.method === 'HEAD' || one.raw?.startsWith('HEAD ') === true,
    })
    // Signed out by a case: told by 401, or by the act itself.
    if (reply.heard.some(({ status, headers }) => status === 401 || headers.has('clear-site-data')))
      if (papers.get(one.who) === held && (await isOver(one.who, await held))) papers.delete(one.who)
    return reply
  }

  async function isOver(who: Who, { cookie }: Papers): Promise<boolean> {
    if (who === 'nobody') return false
    const answer = await fetch(`${server.url}/api/auth/me`, { headers: { cookie, 'user-agent': 'fuzz' } })
    await answer.text()
    return answer.status === 401
  }

  async function judge(one: Case): Promise<void> {
    const reply = await ask(one)
    for (const { status } of reply.heard) note(one.from, status)
    if (reply.heard.length === 0) note(one.from, reply.reset ? 'reset' : 'silence')
    const fault = faultOf(one, reply)
    if (fault) findings.faults.push({ what: fault, case: one })
    if (isWhole(one)) findings.slowestMs = Math.max(findings.slowestMs, reply.ms)
    if (reply.ms > SLOW_MS && isWhole(one)) slow.push(one)
  }

  /** The machine may have been busy. Slow is what is slow each time, alone. */
  async function judgeSlow(): Promise<void> {
    for (const one of slow.slice(0, FAULTS_MOST)) {
      const again: number[] = []
      while (again.length < 5 && !again.some((ms) => ms <= SLOW_MS)) again.push((await ask(one)).ms)
      const best = Math.round(Math.min(...again))
      if (best > SLOW_MS) findings.faults.push({ what: `answered after ${best} ms at best`, case: one })
    }
  }

  async function run(cases: Iterable<Case>): Promise<void> {
    const queue = cases[Symbol.iterator]()
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let next = queue.next(); !next.done; next = queue.next()) {
          if (server.child.exitCode !== null || findings.faults.length >= FAULTS_MOST) return
          await judge(next.value)
        }
      }),
    )
    findings.memoryMb.push(memoryOf(server.child.pid))
  }

  /** The log is told of each request, in lines that are JSON each, and of nothing that is ours to mend. */
  function judgeLog(): void {
    const lines = server.said().split('\n').filter(Boolean)
    for (const line of lines) {
      const told = lineOf(line)
      if (told && !['error', 'fatal'].includes(told.level)) continue
      const known = sent.get(told?.request_id ?? '') ?? NO_CASE
      findings.faults.push({ what: `the log: ${line.slice(0, 600)}`, case: known })
      if (findings.faults.length >= 2 * FAULTS_MOST) return
    }
  }

  async function finish(): Promise<Findings> {
    await judgeSlow()
    judgeLog()
    const wrong = (what: string) => findings.faults.push({ what, case: NO_CASE })
    if (server.child.exitCode !== null) wrong(`the process ended with ${server.child.exitCode}`)
    else {
      const health = await fetch(`${server.url}/api/health`)
      if (health.status !== 200) wrong(`health is ${health.status} at the end`)
      const me = await fetch(`${server.url}/api/auth/me`, {
        headers: { cookie: (await issue('person')).cookie, 'user-agent': 'fuzz' },
      })
      if (me.status !== 200) wrong(`a signed-in person is told ${me.status} at the end`)
    }
    return findings
  }

  return {
    document,
    run,
    finish,
    async close() {
      server.child.kill('SIGTERM')
      const code = await server.ended
      await town.close()
      if (code !== 0) throw new Error(`the server ended with ${code}`)
    },
  }
}

/** More of the same helps nobody. */
const FAULTS_MOST = 50
const NO_CASE: Case = {
  from: 'raw',
  who: 'nobody',
  token: 'none',
  method: '',
  path: '',
  headers: [],
  raw: '',
}

function lineOf(line: string): { level: string; request_id?: string } | undefined {
  try {
    return JSON.parse(line) as { level: string }
  } catch {
    return undefined
  }
}

/** Linux only, else 0. */
function memoryOf(pid: number | undefined): number {
  if (process.platform !== 'linux') return 0
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
  return Math.round((pages * 4096) / 1e6)
}

/** A server that forgets nothing does not last long in so little. */
const HEAP = '--max-old-space-size=96'

const everyTenth = (all: number[]): number[] => all.filter((_, at) => at % Math.ceil(all.length / 10) === 0)

const CHUNK = 500

/** The same seed makes the same cases. */
export async function fuzz(
  target: Target,
  { seed, requests }: { seed: number; requests: number },
): Promise<void> {
  const procedures = [...proceduresOf(appRouter)].map(([name, { type }]) => ({
    name,
    isRead: type === 'query',
  }))
  const cases = casesOf(target.document, procedures)
  for (let made = 0; made < requests; made += CHUNK)
    await target.run(fc.sample(cases, { numRuns: Math.min(CHUNK, requests - made), seed: seed + made }))
}

export function tellOf({ requests, faults, statuses, slowestMs, memoryMb }: Findings): string {
  const rows = [...statuses].map(
    ([from, counts]) =>
      `  ${from.padEnd(7)} ${[...counts]
        .sort(([a], [b]) => String(a).localeCompare(String(b)))
        .map(([status, count]) => `${status}: ${count}`)
        .join('  ')}`,
  )
  return [
    ...faults.slice(0, 10).map((fault) => `${fault.what}\n  replay: ${JSON.stringify(fault.case)}`),
    ...rows,
    `${requests} requests, ${faults.length} faults, slowest ${Math.round(slowestMs)} ms, memory in MB: ${everyTenth(memoryMb).join(' ')}`,
  ].join('\n')
}

import { execFileSync } from 'node:child_process'
import { Agent, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { DEMO_PASSWORD } from '@latchkey/shared/demo'
import { median, ms, percentile, say } from './figures.ts'
import { chanceLarger } from './silence.ts'
import { AGENT, csrfTokenOf, openTown, type Started, type Town } from './town.ts'

/**
 * Does the time of an answer tell what the answer does not? One question at a time from the other core, the states in
 * a new order each round, and every question about somebody else and from another address. Silence is where one state
 * is slower than the reference in 47 to 53 of 100 pairs; what is outside is measured once more.
 * `npm run check:timing -- --requests 300` is a quick look, `--only register,forgot` leaves out the rest; with
 * `--profile test` no hash covers what else differs.
 */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '3000' },
    profile: { type: 'string', default: 'balanced' },
    only: { type: 'string' },
  },
})
const REQUESTS = Number(values.requests)
const WARM_UP = Math.min(200, REQUESTS)
const SILENT = { from: 0.47, to: 0.53 }
const ROOT = join(import.meta.dirname, '../..')

type Body = { email: string; password?: string }
type Group = { path: string; reference: string; states: Record<string, (nth: number) => Body> }
const asked = (state: string, password?: string) => (nth: number) => ({
  email: `${nth}-${state}@example.com`,
  ...(password !== undefined && { password }),
})
/**
 * The right password is shown where there is one: it must not tell that it is right. `wrong` is an ordinary account: to those who
 * ask for a letter it is a known one.
 */
const ALL: Record<string, Group> = {
  login: {
    path: '/api/auth/login',
    reference: 'wrong',
    states: {
      wrong: asked('wrong', 'lantern-paper-orchard-18'),
      unknown: asked('unknown', DEMO_PASSWORD),
      suspended: asked('suspended', DEMO_PASSWORD),
      locked: asked('locked', DEMO_PASSWORD),
      passwordless: asked('passwordless', DEMO_PASSWORD),
    },
  },
  register: {
    path: '/api/auth/register',
    reference: 'taken',
    states: { taken: asked('taken', DEMO_PASSWORD), fresh: asked('fresh', DEMO_PASSWORD) },
  },
  forgot: {
    path: '/api/auth/forgot-password',
    reference: 'wrong',
    states: {
      wrong: asked('wrong'),
      unknown: asked('unknown'),
      suspended: asked('suspended'),
      passwordless: asked('passwordless'),
    },
  },
  resend: {
    path: '/api/auth/resend-verification',
    reference: 'wrong',
    states: {
      wrong: asked('wrong'),
      unknown: asked('unknown'),
      suspended: asked('suspended'),
      unproved: asked('unproved'),
    },
  },
}

const wanted = values.only?.split(',') ?? Object.keys(ALL)
const GROUPS = Object.fromEntries(Object.entries(ALL).filter(([name]) => wanted.includes(name)))
if (Object.keys(GROUPS).length !== wanted.length)
  throw new Error(`--only takes any of ${Object.keys(ALL).join(', ')}`)

/** What the audit says of each round, and how often. */
const TOLD: Record<string, Record<string, number>> = {
  login: { unknown_address: 1, wrong_password: 2, suspended: 1, locked: 1 },
  register: { 'user.register': 1, 'user.register_again': 1 },
  forgot: { 'user.forgot_password': 4 },
  resend: { 'user.resend_verification': 4 },
}

type Measured = { waits: number[]; answers: Map<string, number> }
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

const verdict = (await measure()) || (say('not silent; once more\n'), await measure())
agent.destroy()
say(verdict ? 'silent' : 'NOT SILENT')
process.exitCode = verdict ? 0 : 1

async function measure(): Promise<boolean> {
  const town = await openTown({
    PASSWORD_PROFILE: values.profile,
    RATE_LIMITS: 'shipped',
    // Whoever is asked for a proof is asked before anything is compared.
    CAPTCHA: 'off',
    TRUSTED_PROXIES: '127.0.0.1,::1',
  })
  try {
    addPeople(town)
    const server = await town.start('server/src/main.ts')
    const all = await askAll(server, town)
    await requireStates(town)
    const isSilent = Object.entries(GROUPS).map(([name, group]) => judge(name, group, all))
    return isSilent.every(Boolean)
  } finally {
    await town.end()
  }
}

function addPeople({ env }: Town): void {
  const command = ['server/bench/timing-accounts.ts', String(WARM_UP + REQUESTS)]
  execFileSync(process.execPath, command, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** People who were not in the state that they stand for would sound alike too. */
async function requireStates({ env }: Town): Promise<void> {
  const db = new pg.Client({ connectionString: env['MIGRATION_DATABASE_URL'] })
  await db.connect()
  const { rows } = await db.query<{ told: string; count: number }>(
    `select coalesce(metadata->>'reason', action) as told, count(*)::int as count from audit_events
      where action in ('user.login_failed', 'user.register', 'user.register_again', 'user.forgot_password', 'user.resend_verification')
      group by 1 order by 1`,
  )
  await db.end()
  say(rows.map(({ told, count }) => `${told} ${count}`).join(', '))
  const heard = Object.fromEntries(rows.map(({ told, count }) => [told, count]))
  for (const name of wanted)
    for (const [told, times] of Object.entries(TOLD[name] ?? {}))
      if (heard[told] !== times * (WARM_UP + REQUESTS))
        throw new Error(`${told}: ${heard[told] ?? 0} and not ${times * (WARM_UP + REQUESTS)}`)
}
async function askAll(server: Started, { env }: Town): Promise<Map<string, Measured>> {
  const db = new pg.Client({ connectionString: env['MIGRATION_DATABASE_URL'] })
  await db.connect()
  const csrfToken = await csrfTokenOf(server.url)
  const all = new Map<string, Measured>()
  const questions = Object.entries(GROUPS).flatMap(([group, { path, states }]) =>
    Object.entries(states).map(([state, bodyOf]) => ({ path, state: `${group} ${state}`, bodyOf })),
  )
  for (const { state } of questions) all.set(state, { waits: [], answers: new Map() })
  let addresses = 0
  for (let nth = 1; nth <= WARM_UP + REQUESTS; nth += 1) {
    // More letters than a product sends in an hour.
    if (nth % 50 === 0) await db.query(`delete from rate_limits where key = 'mail:all'`)
    for (const { path, state, bodyOf } of shuffled(questions)) {
      addresses += 1
      const address = `2001:db8:${(addresses >> 16).toString(16)}:${(addresses & 0xffff).toString(16)}::1`
      const { wait, answer } = await ask(server.url + path, { body: bodyOf(nth), csrfToken, address })
      const measured = all.get(state)
      if (!measured) continue
      measured.answers.set(answer, (measured.answers.get(answer) ?? 0) + 1)
      if (nth > WARM_UP) measured.waits.push(wait)
    }
  }
  await db.end()
  return all
}

function shuffled<T>(list: T[]): T[] {
  const order = list.map((one) => ({ one, at: Math.random() }))
  return order.toSorted((a, b) => a.at - b.at).map(({ one }) => one)
}

type Question = { body: Body; csrfToken: string; address: string }

function ask(url: string, { body, csrfToken, address }: Question): Promise<{ wait: number; answer: string }> {
  const text = JSON.stringify(body)
  const headers = {
    ...AGENT,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    'x-csrf-token': csrfToken,
    cookie: `latchkey_csrf=${csrfToken}`,
    'x-forwarded-for': address,
  }
  return new Promise((resolve, reject) => {
    const sending = request(url, { agent, method: 'POST', headers }, (answer) => {
      let said = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => (said += chunk))
      answer.on('end', () => resolve({ wait: performance.now() - began, answer: settled(answer, said) }))
    })
    sending.on('error', reject)
    const began = performance.now()
    sending.end(text)
  })
}

/** All that an answer says, but for its moment. */
function settled({ statusCode, headers }: IncomingMessage, text: string): string {
  const { date: _, 'x-request-id': __, 'set-cookie': cookies = [], ...lasting } = headers
  const body = text.replace(/"requestId":"[^"]*"/g, '"requestId":"<id>"')
  return JSON.stringify([
    statusCode,
    lasting,
    cookies.map((line) => line.replace(/=[^;]*/, '=<value>')),
    body,
  ])
}

function judge(name: string, { reference, states }: Group, all: Map<string, Measured>): boolean {
  const of = (state: string) =>
    all.get(`${name} ${state}`) ?? { waits: [], answers: new Map<string, number>() }
  const names = Object.keys(states)
  let isSilent = true
  for (const state of names) {
    const { waits } = of(state)
    const spread = [0.05, 0.5, 0.95].map((share) => `p${share * 100} ${ms(percentile(waits, share))}`)
    say(`${name} ${state.padEnd(12)} ${waits.length} answers, ${spread.join(', ')}`)
  }
  for (const [at, one] of names.entries())
    for (const other of names.slice(at + 1)) {
      const chance = chanceLarger(of(other).waits, of(one).waits)
      const counts = one === reference || other === reference
      const isWithin = chance >= SILENT.from && chance <= SILENT.to
      if (counts && !isWithin) isSilent = false
      const apart = median(of(other).waits) - median(of(one).waits)
      const mark = counts && !isWithin ? '  <- tells' : ''
      say(
        `${name} ${other} slower than ${one}: ${chance.toFixed(3)}, medians ${apart.toFixed(2)} ms apart${mark}`,
      )
    }
  const answers = new Set(names.flatMap((state) => [...of(state).answers.keys()]))
  say(`${name}: ${answers.size} different answer${answers.size === 1 ? '' : 's'}\n`)
  if (answers.size > 1) for (const answer of answers) say(answer)
  return isSilent && answers.size === 1
}

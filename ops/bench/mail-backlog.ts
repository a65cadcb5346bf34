import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from '../local/postgres/free-port.ts'
import { addAccounts } from './accounts.ts'
import { median, ms, percentile, say } from './figures.ts'
import { forgetConnections, readSteadily, signInSteadily } from './login-load.ts'
import { csrfTokenOf, openTown, signIn } from './town.ts'

/**
 * A mail server is away and letters pile up. Two claims: who uses the product does not notice (readers and logins wait at
 * most 1.10 times as long at p50 and 1.5 times at p99), and when it is back, what somebody waits for leaves first.
 */
const ROOT = join(import.meta.dirname, '../..')
const LETTERS = Number(process.env['BENCH_LETTERS'] ?? 20_000)
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 10)
const ROUNDS = 5
const WARM_UP_SECONDS = 8
const READS_PER_SECOND = 60
const LOGINS_PER_SECOND = 6
/** So many that nobody is signed in twenty times. */
const ACCOUNTS = 100

type Waits = { reads: number[]; logins: number[] }
type Round = { without: Waits; with: Waits }

const smtpPort = await freePort()
const town = await openTown(
  {
    SMTP_HOST: '127.0.0.1',
    SMTP_PORT: String(smtpPort),
    SMTP_USE_TLS: 'off',
    EMAIL_FROM_ADDRESS: 'bench@example.com',
  },
  { spread: true },
)
const db = new pg.Client({ connectionString: town.env['MIGRATION_DATABASE_URL'] })
await db.connect()
try {
  const { rows } = await db.query<{ hash: string }>('select password_hash as hash from users limit 1')
  const [emails = []] = await addAccounts(town, { clients: 1, each: ACCOUNTS, hash: rows[0]?.hash ?? '' })
  const server = await town.start('server/src/main.ts')
  await town.start('jobs/src/main.ts')
  const subject = {
    url: server.url,
    cookie: await signIn(server.url),
    csrfToken: await csrfTokenOf(server.url),
    emails,
  }
  await measure(subject, WARM_UP_SECONDS)
  const rounds: Round[] = []
  for (let nth = 1; nth <= ROUNDS; nth += 1) {
    const round = await playRound(subject, nth % 2 === 0)
    rounds.push(round)
    say(`round ${nth}: ${told(round)}`)
  }
  say(`medians: ${medians(rounds)}\n`)
  await watchReturn()
} finally {
  await db.end()
  await town.end()
}

type Subject = { url: string; cookie: string; csrfToken: string; emails: string[] }

/** One after the other, and every other time the other way round: a machine that gets slower favours neither. */
async function playRound(subject: Subject, backlogFirst: boolean): Promise<Round> {
  const waits: Partial<Round> = {}
  for (const which of backlogFirst ? (['with', 'without'] as const) : (['without', 'with'] as const)) {
    await clear()
    if (which === 'with') post(String(LETTERS))
    await db.query('vacuum analyze email_outbox')
    await db.query('vacuum analyze pgboss.job')
    await sleep(1000)
    waits[which] = await measure(subject, SECONDS)
  }
  return waits as Round
}

async function measure({ url, cookie, csrfToken, emails }: Subject, seconds: number): Promise<Waits> {
  forgetConnections()
  const [reads, logins] = await Promise.all([
    readSteadily(`${url}/api/auth/me`, { cookie, perSecond: READS_PER_SECOND, seconds }),
    signInSteadily(`${url}/api/auth/login`, { csrfToken, emails, perSecond: LOGINS_PER_SECOND, seconds }),
  ])
  return { reads, logins }
}

function post(what: string): void {
  execFileSync(process.execPath, ['jobs/bench/post-letters.ts', what], {
    cwd: ROOT,
    env: town.env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

async function clear(): Promise<void> {
  await db.query('delete from email_outbox')
  await db.query(`delete from pgboss.job where name like 'email.%'`)
}

/** A full queue, one more that somebody waits for, and the mail server comes back. */
async function watchReturn(): Promise<void> {
  await clear()
  post(String(LETTERS))
  post('reset')
  const from = Date.now()
  const sink = await town.start('jobs/bench/mail-sink.ts')
  for (;;) {
    await sleep(500)
    const { count, firstAt } = (await (await fetch(sink.url)).json()) as Sunk
    if (count <= LETTERS) continue
    const [reset = NaN, bulk = NaN] = [firstAt['waiting@example.com'], firstAt['bulk']]
    const seconds = (Date.now() - bulk) / 1000
    say(`the mail server is back: the reset left after ${((reset - from) / 1000).toFixed(1)} s`)
    return say(
      `${LETTERS} letters left in ${seconds.toFixed(0)} s, ${(LETTERS / seconds).toFixed(0)} a second`,
    )
  }
}
type Sunk = { count: number; firstAt: Record<string, number> }

function told({ without, with: backlog }: Round): string {
  const spread = ({ reads, logins }: Waits) => `reads ${toldWaits(reads)}, logins ${toldWaits(logins)}`
  return `without ${spread(without)}; with ${LETTERS} waiting ${spread(backlog)}`
}

function toldWaits(waits: number[]): string {
  return `p50 ${ms(percentile(waits, 0.5))} p99 ${ms(percentile(waits, 0.99))}`
}

function medians(rounds: Round[]): string {
  const ratio = (of: (waits: Waits) => number[], share: number) =>
    median(
      rounds.map((round) => percentile(of(round.with), share) / percentile(of(round.without), share)),
    ).toFixed(2)
  const both = (name: string, of: (waits: Waits) => number[]) =>
    `${name} wait ${ratio(of, 0.5)} times as long at p50 and ${ratio(of, 0.99)} at p99`
  return [
    both('readers', ({ reads }) => reads),
    both('logins', ({ logins }) => logins),
    both('all', ({ reads, logins }) => [...reads, ...logins]),
  ].join('; ')
}

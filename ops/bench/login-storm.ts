import { setTimeout as sleep } from 'node:timers/promises'
import { addAccounts } from './accounts.ts'
import { median, ms, percentile, say } from './figures.ts'
import { readSteadily, startStorm } from './login-load.ts'
import { csrfTokenOf, openTown, signIn, type Started } from './town.ts'

/**
 * Many sign in without pause while others read. Two claims: the readers hardly notice (p99 within 50 ms of idle), and
 * the logins get done at 80 % or more of the rate at which the same queue hashes with nothing around it.
 * `npm run bench:login-storm -- balanced` measures one profile only.
 */
const PROFILES = process.argv.length > 2 ? process.argv.slice(2) : ['strong', 'balanced']
const ROUNDS = 7
/** A server that has just started runs its code slowly: a login costs it half as much again in its first 1,000. */
const WARM_UP_SECONDS = 15
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 4)
const CLIENTS = 16
/** Few, so that what readers cost is not taken for what logins cost. */
const READS_PER_SECOND = 10
/** So many that nobody is signed in twenty times, which would add the work of ending the oldest. */
const ACCOUNTS_EACH = 24

type Round = { idle: number[]; stormed: number[]; logins: Rate; raw: Rate }
type Rate = { perSecond: number; cpuMs: number }

for (const profile of PROFILES) await measure(profile)

async function measure(profile: string): Promise<void> {
  // As it is in use: the hashes have all cores but one, and everybody else shares that.
  const town = await openTown({ PASSWORD_PROFILE: profile }, { spread: true })
  try {
    const raw = await town.start('server/bench/raw-hashes.ts')
    const emails = await addAccounts(town, {
      clients: CLIENTS,
      each: ACCOUNTS_EACH,
      hash: await textOf(raw.url),
    })
    const server = await town.start('server/src/main.ts')
    const subjects = { server, raw, cookie: await signIn(server.url), emails }

    await stormFor(subjects, WARM_UP_SECONDS)
    const rounds: Round[] = []
    for (let nth = 1; nth <= ROUNDS; nth += 1) {
      const round = await playRound(subjects)
      rounds.push(round)
      say(`${profile} round ${nth}: ${told(round)}`)
    }
    say(`${profile} medians: ${medians(rounds)}\n`)
  } finally {
    await town.end()
  }
}

type Subjects = { server: Started; raw: Started; cookie: string; emails: string[][] }

async function playRound(subjects: Subjects): Promise<Round> {
  const idle = await readFor(subjects, SECONDS)
  const storm = await stormFor(subjects, SECONDS)
  const raw = await textOf(`${subjects.raw.url}/rate?callers=${CLIENTS}&seconds=${SECONDS}`)
  return { idle, ...storm, raw: JSON.parse(raw) as Rate }
}

function readFor({ server, cookie }: Subjects, seconds: number): Promise<number[]> {
  return readSteadily(`${server.url}/api/auth/me`, { cookie, perSecond: READS_PER_SECOND, seconds })
}

async function stormFor(subjects: Subjects, seconds: number): Promise<Pick<Round, 'stormed' | 'logins'>> {
  const { server, emails } = subjects
  const csrfToken = await csrfTokenOf(server.url)
  const storm = startStorm(`${server.url}/api/auth/login`, { csrfToken, emails })
  await sleep(500)
  const [count, began, used] = [storm.count(), performance.now(), server.cpuMs()]
  const stormed = await readFor(subjects, seconds)
  const done = storm.count() - count
  const logins = {
    perSecond: (done * 1000) / (performance.now() - began),
    cpuMs: (server.cpuMs() - used) / done,
  }
  await storm.end()
  return { stormed, logins }
}

async function textOf(url: string): Promise<string> {
  return (await fetch(url)).text()
}

function told({ idle, stormed, logins, raw }: Round): string {
  const spread = (waits: number[]) => `p50 ${ms(percentile(waits, 0.5))} p99 ${ms(percentile(waits, 0.99))}`
  return (
    `readers idle ${spread(idle)}, under storm ${spread(stormed)}; ` +
    `logins ${toldRate(logins)}, raw hashes ${toldRate(raw)}`
  )
}

function toldRate({ perSecond, cpuMs }: Rate): string {
  return `${perSecond.toFixed(1)}/s of ${ms(cpuMs)} processor time each`
}

function medians(rounds: Round[]): string {
  const of = (figure: (round: Round) => number) => median(rounds.map(figure))
  const added = (share: number) =>
    of(({ idle, stormed }) => percentile(stormed, share) - percentile(idle, share))
  return (
    `readers wait ${ms(added(0.5))} longer at p50 and ${ms(added(0.99))} at p99; ` +
    `logins ${of(({ logins }) => logins.perSecond).toFixed(1)}/s, ` +
    `${of(({ logins, raw }) => logins.perSecond / raw.perSecond).toFixed(2)} of raw, ` +
    `${of(({ logins, raw }) => raw.cpuMs / logins.cpuMs).toFixed(2)} by processor time`
  )
}

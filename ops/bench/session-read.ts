import autocannon from 'autocannon'
import { median, say } from './figures.ts'
import { AGENT, openTown, signIn } from './town.ts'

/**
 * Requests a second of "who am I" through both doors, against a bare server with the same join (floor.ts).
 * Servers share one core, Postgres and the load the other; rounds are interleaved so that a noisy minute hits all.
 */
const ROUNDS = 5
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 4)
const CONNECTIONS = 32

const town = await openTown()
try {
  const server = await town.start('server/src/main.ts')
  const floor = await town.start('ops/bench/floor.ts')
  const cookie = await signIn(server.url)
  const subjects = {
    floor: `${floor.url}/`,
    rest: `${server.url}/api/auth/me`,
    trpc: `${server.url}/api/trpc/user.me`,
  }
  await requireSameAnswer(subjects, cookie)

  const rates: Record<string, number[]> = {}
  for (const url of Object.values(subjects)) await rateOf(url, cookie, 2)
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const [name, url] of Object.entries(subjects))
      (rates[name] ??= []).push(await rateOf(url, cookie, SECONDS))
    say(
      `round ${round}: ${Object.entries(rates)
        .map(([name, all]) => `${name} ${Math.round(all.at(-1) ?? 0)}/s`)
        .join('  ')}`,
    )
  }
  const base = rates['floor'] ?? []
  say('')
  for (const [name, all] of Object.entries(rates))
    say(
      `${name.padEnd(6)} median ${String(Math.round(median(all))).padStart(6)}/s  ratio ${median(all.map((rate, round) => rate / (base[round] ?? 0))).toFixed(2)}`,
    )
} finally {
  await town.end()
}

async function rateOf(url: string, cookie: string, duration: number): Promise<number> {
  const result = await autocannon({ url, connections: CONNECTIONS, duration, headers: { cookie, ...AGENT } })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed`)
  return result.requests.average
}

/** A fast wrong answer would win every comparison. */
async function requireSameAnswer(subjects: Record<string, string>, cookie: string): Promise<void> {
  const emails = await Promise.all(
    Object.values(subjects).map(async (url) => {
      const body = (await (await fetch(url, { headers: { cookie, ...AGENT } })).json()) as {
        email?: string
        result?: { data: { email: string } }
      }
      return body.email ?? body.result?.data.email
    }),
  )
  if (new Set(emails).size !== 1 || !emails[0]) throw new Error(`the subjects disagree: ${emails.join(', ')}`)
}

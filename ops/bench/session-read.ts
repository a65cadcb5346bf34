import autocannon from 'autocannon'
import { median, say } from './figures.ts'
import { AGENT, openTown, signIn, type Started } from './town.ts'

/**
 * Requests a second of "who am I" through both doors, against a bare server with the same join (floor.ts).
 * Servers share one core, Postgres and the load the other; rounds are interleaved so that a noisy minute hits all, and
 * processor time tells what the rate cannot where the machine is not ours alone.
 */
const ROUNDS = 5
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 4)
const CONNECTIONS = 32

type Subject = { of: Started; url: string }
type Rate = { perSecond: number; cpuMs: number }

const town = await openTown()
try {
  const server = await town.start('server/src/main.ts')
  const floor = await town.start('ops/bench/floor.ts')
  const cookie = await signIn(server.url)
  const subjects: Record<string, Subject> = {
    floor: { of: floor, url: `${floor.url}/` },
    rest: { of: server, url: `${server.url}/api/auth/me` },
    trpc: { of: server, url: `${server.url}/api/trpc/user.me` },
  }
  await requireSameAnswer(Object.values(subjects), cookie)

  const rates: Record<string, Rate[]> = {}
  for (const subject of Object.values(subjects)) await rateOf(subject, cookie, 2)
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const [name, subject] of Object.entries(subjects))
      (rates[name] ??= []).push(await rateOf(subject, cookie, SECONDS))
    say(
      `round ${round}: ${Object.entries(rates)
        .map(([name, all]) => `${name} ${Math.round(all.at(-1)?.perSecond ?? 0)}/s`)
        .join('  ')}`,
    )
  }
  say('')
  for (const [name, all] of Object.entries(rates)) say(`${name.padEnd(6)} ${told(all, rates['floor'] ?? [])}`)
} finally {
  await town.end()
}

function told(all: Rate[], floor: Rate[]): string {
  const of = (figure: (rate: Rate, floor: Rate) => number) =>
    median(all.map((rate, round) => figure(rate, floor[round] ?? rate)))
  return (
    `median ${of(({ perSecond }) => perSecond).toFixed(0)}/s, ` +
    `${of((rate, base) => rate.perSecond / base.perSecond).toFixed(2)} of the floor, ` +
    `${of((rate, base) => base.cpuMs / rate.cpuMs).toFixed(2)} by processor time`
  )
}

async function rateOf({ of, url }: Subject, cookie: string, duration: number): Promise<Rate> {
  const used = of.cpuMs()
  const result = await autocannon({ url, connections: CONNECTIONS, duration, headers: { cookie, ...AGENT } })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed`)
  return { perSecond: result.requests.average, cpuMs: (of.cpuMs() - used) / result.requests.total }
}

/** A fast wrong answer would win every comparison. */
async function requireSameAnswer(subjects: Subject[], cookie: string): Promise<void> {
  const emails = await Promise.all(
    subjects.map(async ({ url }) => {
      const body = (await (await fetch(url, { headers: { cookie, ...AGENT } })).json()) as {
        email?: string
        result?: { data: { email: string } }
      }
      return body.email ?? body.result?.data.email
    }),
  )
  if (new Set(emails).size !== 1 || !emails[0]) throw new Error(`the subjects disagree: ${emails.join(', ')}`)
}

import { Advice } from '../launch/advice.mjs'
import { runCommand } from './command.ts'
import { readArguments } from './proof/arguments.ts'
import { runBrowser } from './proof/browser.ts'
import { closingLineOf, notRun, type Outcome, skipped } from './proof/outcome.ts'
import { ensureRedis } from './proof/redis.ts'
import { runStatic } from './proof/static.ts'
import { runVitest } from './proof/vitest.ts'
import { say, secondsSince } from './say.ts'

/** What `npm test` proves, in this order. The first group looks at the files only, so it runs side by side. */
const GROUPS = [['format', 'lint', 'types', 'unused'], ['redis'], ['vitest'], ['browser']] as const
/** `npm run test:long`: the races and drills, which stand in *.long.test.ts. */
const LONG_GROUPS = [['redis'], ['vitest']] as const

type PartName = (typeof GROUPS)[number][number]

const RUN: Record<PartName, (context: Context) => Promise<Outcome>> = {
  format: ({ stop }) => runStatic(['prettier', '--check', '--log-level', 'warn', '.'], stop),
  lint: ({ stop }) => runStatic(['oxlint', '--type-aware', '--deny-warnings'], stop),
  types: ({ stop }) => runStatic(['node', 'ops/local/typecheck.ts'], stop),
  unused: ({ stop }) => runStatic(['knip'], stop),
  redis: ({ stop }) => ensureRedis(stop),
  vitest: ({ stop, long, rest }) => runVitest({ long, rest }, stop),
  browser: ({ stop }) => runBrowser(stop),
}
type Context = { stop: AbortSignal; long: boolean; rest: string[] }

await runCommand(async (stop) => {
  const { long, only, rest } = readArguments(process.argv.slice(2))
  const off = (process.env['TEST_SKIP'] ?? '').split(',')
  const names = GROUPS.flat()
  const unknown = [...only, ...off].filter((name) => name !== '' && !names.some((known) => known === name))
  if (unknown.length > 0)
    throw new Advice(`There is no part ${unknown.join(', ')}. The parts: ${names.join(', ')}.`)

  const outcomes: [PartName, Outcome][] = []
  for (const group of long ? LONG_GROUPS : GROUPS)
    outcomes.push(
      ...(await Promise.all(
        group.map(async (name): Promise<[PartName, Outcome]> => [name, await prove(name)]),
      )),
    )
  stop.throwIfAborted()
  conclude(outcomes)

  async function prove(name: PartName): Promise<Outcome> {
    if (only.length > 0 && !only.includes(name)) return skipped('not in --only', `npm test -- --only ${name}`)
    if (off.includes(name)) return skipped('turned off in TEST_SKIP', `TEST_SKIP= npm test -- --only ${name}`)
    const startedAt = Date.now()
    const outcome = await RUN[name]({ stop, long, rest })
    report(name, outcome, secondsSince(startedAt))
    return outcome
  }
})

function report(name: string, outcome: Outcome, took: string): void {
  if (outcome.output) say(outcome.output.trimEnd())
  if (!outcome.notRun) say(`${outcome.failed > 0 ? '✗' : '✓'} ${name.padEnd(8)} ${took}`)
}

function conclude(outcomes: [PartName, Outcome][]): void {
  for (const line of notRun(outcomes)) say(line)
  const all = outcomes.map(([, outcome]) => outcome)
  process.exitCode = all.some(({ failed }) => failed > 0) ? 1 : 0
  say(closingLineOf(all))
}

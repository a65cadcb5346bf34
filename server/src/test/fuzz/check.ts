import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Case } from './case.ts'
import { fuzz, openTarget, tellOf } from './campaign.ts'

/** `npm run check:fuzz -- --requests 100000 --seed 7`, or `--replay` with a file of cases. */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    replay: { type: 'string' },
  },
})
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const target = await openTarget()
const started = performance.now()
if (values.replay) await target.run(JSON.parse(readFileSync(values.replay, 'utf8')) as Case[])
else {
  say(`seed ${values.seed}`)
  await fuzz(target, { seed: Number(values.seed), requests: Number(values.requests) })
}
const findings = await target.finish()
say(tellOf(findings))
say(`in ${Math.round((performance.now() - started) / 1000)} s`)
await target.close()
process.exitCode = findings.faults.length > 0 ? 1 : 0

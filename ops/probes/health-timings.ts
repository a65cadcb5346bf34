import { judge } from './finding.ts'
import { percentilesOf } from './percentiles.ts'
import type { Probe } from './probe.ts'

const P95_MOST_MS = 5000

export const healthTimings: Probe = {
  name: 'healthTimings',
  file: 'meta/health-timings.json',
  question: `Does /api/health answer in time, 95 of 100 within ${P95_MOST_MS / 1000} s?`,
  next: 'look at the load of the machine (uptime, docker stats) and at the database',
  async ask({ site, samples }) {
    const answers = []
    for (let nth = 0; nth < samples; nth += 1) answers.push(await site.ask('/api/health'))
    const timings = percentilesOf(answers.map(({ ms }) => ms))
    const { p95 = 0 } = timings
    const sick = answers.filter(({ status }) => status !== 200).length
    return judge(
      [
        ...(sick > 0 ? [`${sick} of ${samples} were not 200`] : []),
        ...(p95 >= P95_MOST_MS ? [`p95 is ${p95} ms`] : []),
      ],
      `${samples} of ${samples} answered 200; p95 is ${p95} ms.`,
      { most: { p95: P95_MOST_MS } },
      { timings },
    )
  },
}

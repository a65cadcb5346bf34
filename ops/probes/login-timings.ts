import { judge, notChecked } from './finding.ts'
import { percentilesOf } from './percentiles.ts'
import type { Probe } from './probe.ts'

const MOST_MS = 2000
/** Each costs a hash, so not as many as of what is cheap. */
const SAMPLES_MOST = 20

export const loginTimings: Probe = {
  name: 'loginTimings',
  file: 'meta/login-timings.json',
  question: `Is signing in quick, 99 of 100 within ${MOST_MS / 1000} s?`,
  next: 'look at the load of the machine, and at PASSWORD_PROFILE in docs/CONFIG.md',
  async ask({ site, guest, samples }) {
    const arrival = await guest.arrive(site).catch(() => undefined)
    if (!arrival) return notChecked('Nobody could sign up: see signupToDashboardTimings.')
    if ('lacks' in arrival) return notChecked(arrival.lacks)
    const visitor = arrival.visitor.at(site)
    const answers = []
    for (let nth = 0; nth < Math.min(samples, SAMPLES_MOST); nth += 1)
      answers.push(await guest.signIn(visitor))
    const timings = percentilesOf(answers.map(({ ms }) => ms))
    const { p99 = 0 } = timings
    const refused = answers.filter(({ status }) => status !== 200)
    return judge(
      [
        ...(refused.length > 0 ? [`${refused.length} logins were answered with ${refused[0]?.status}`] : []),
        ...(p99 >= MOST_MS ? [`p99 is ${p99} ms`] : []),
      ],
      `${answers.length} logins; p99 is ${p99} ms.`,
      { most: { p99: MOST_MS } },
      { timings },
    )
  },
}
